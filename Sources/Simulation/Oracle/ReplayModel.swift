/// Which counters a session may still accept, the plain way: a set of all it has accepted.
struct ReplayModel {
  /// Counters this far behind the highest are accepted (protocol.md §12).
  static let window: UInt64 = 8128

  private var seen: Set<UInt64> = []
  private(set) var highest: UInt64?

  /// Whether `counter` is accepted; it is remembered then.
  mutating func accept(_ counter: UInt64) -> Bool {
    if let highest, highest >= Self.window, counter < highest - Self.window { return false }
    guard seen.insert(counter).inserted else { return false }
    highest = max(highest ?? 0, counter)
    return true
  }
}
