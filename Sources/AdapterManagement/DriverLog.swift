/// The driver's log lines on their way to a program.
public enum DriverLog {
  /// What a program is told of a line.
  public enum Level: UInt8, Sendable {
    case information, warning, error
  }

  /// Whether and how lines are handed on: off, on, or on with the interface's index in front.
  public enum Mode: UInt32, Sendable {
    case off, on, prefixed
  }

  /// The level that a line's first byte stands for; nil for a line that is not one.
  public static func level(_ first: UInt8) -> Level? {
    switch first {
    case 0x31: .error
    case 0x32: .warning
    case 0x33: .information
    default: nil
    }
  }
}

/// What the reader of a log does after each of its attempts.
public struct LogReader: Sendable {
  /// What comes next.
  public enum Move: UInt8, Sendable {
    /// Read the next line.
    case read
    /// Wait `pause` milliseconds, then open the device again.
    case reopen
    /// End.
    case end
  }

  /// How often a device that does not answer is opened again before the reader gives up.
  public static let attempts: UInt32 = 10
  /// The error of a request that was called off.
  static let aborted: UInt32 = 995

  /// How long to wait before a device is opened again, in milliseconds.
  public private(set) var pause: UInt32 = 0
  private var failures: UInt32 = 0

  /// A reader that has just begun.
  public init() {}

  /// A line has come.
  public mutating func readLine() -> Move {
    failures = 0
    return .read
  }

  /// Reading or opening failed with a Win32 error. A request that somebody called off means that the device is about to
  /// go or was only asked whether it may: it gets longer.
  public mutating func fail(error: UInt32, isWanted: Bool) -> Move {
    failures += 1
    guard isWanted && failures <= Self.attempts else { return .end }
    pause = error == Self.aborted ? 5000 : 1000
    return .reopen
  }
}
