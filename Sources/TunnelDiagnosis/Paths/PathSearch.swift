/// A search for the largest packet that passes a tunnel both ways: which size to try next, and what it comes to.
///
/// The host sends echoes that may not be cut and says whether they were answered. An answer is as long as its question, so a
/// size that passes does so in both directions.
public struct PathSearch: Equatable, Sendable {
  /// What the search has come to.
  public enum Outcome: Equatable, Sendable {
    /// Not even the smallest packet was answered: nothing is known.
    case unanswered
    /// The interface's MTU passes.
    case whole
    /// The largest that passes, and the next larger one does not.
    case cut(largest: Int)
  }

  /// The largest that is known to pass; 0 before the first answer.
  private var passes = 0
  /// The smallest that is known not to pass.
  private var fails: Int
  private let smallest: Int
  private let mtu: Int

  /// The size of the next echo, with its headers; nil when the outcome is known.
  public private(set) var next: Int?
  /// What it has come to; nil while there is a next size.
  public private(set) var outcome: Outcome?

  /// Echoes of one size, one of which has to be answered: a lost packet is no black hole.
  public static let tries = 3
  /// The most sizes that are tried: both ends, and one for each bit of the largest MTU.
  public static let most = 18

  /// A search up to the MTU of an interface; `isSix` tells of addresses of IPv6, which has no smaller packets than 1280.
  public init(mtu: Int, isSix: Bool) {
    self.mtu = max(mtu, 128)
    smallest = min(isSix ? 1280 : 128, self.mtu)
    fails = self.mtu + 1
    next = smallest
  }

  /// Takes whether an echo of the next size was answered.
  public mutating func take(isAnswered: Bool) {
    guard let size = next else { return }
    if isAnswered { passes = size } else { fails = size }
    if passes == 0 {
      (next, outcome) = (nil, .unanswered)
    } else if fails - passes == 1 {
      (next, outcome) = (nil, fails > mtu ? .whole : .cut(largest: passes))
    } else {
      // The whole first: most paths have no hole.
      next = fails > mtu && passes == smallest ? mtu : (passes + fails) / 2
    }
  }
}
