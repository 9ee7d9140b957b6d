import Foundation

/// What the environment says about how to test.
public enum Environment {
  /// The seed of this run: NEEDLETAIL_SEED, or drawn anew.
  public static let seed: UInt64 = {
    if let text = ProcessInfo.processInfo.environment["NEEDLETAIL_SEED"], let seed = UInt64(text) { return seed }
    return UInt64.random(in: 1...UInt64.max)
  }()

  /// How many rounds a randomised test runs: `short`, or twenty times that with NEEDLETAIL_LONG=1.
  public static func rounds(_ short: Int) -> Int {
    ProcessInfo.processInfo.environment["NEEDLETAIL_LONG"] == "1" ? 20 * short : short
  }

  /// Says how to repeat the randomised test `name`. Written before it runs, since a trap leaves no time after.
  public static func announce(_ name: String) {
    FileHandle.standardError.write(Data("\(name): replay with NEEDLETAIL_SEED=\(seed)\n".utf8))
  }
}
