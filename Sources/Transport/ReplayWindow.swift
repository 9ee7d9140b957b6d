/// The sliding window that accepts each counter at most once (RFC 6479): a ring of words that is never shifted.
///
/// It does not authenticate: offer a counter only after the tag of its packet verified.
public struct ReplayWindow: BitwiseCopyable, Sendable {
  /// Bits in the ring.
  static let bitCount: UInt64 = 8192
  /// Counters this far behind the highest are still accepted; one word is redundant (protocol.md §12).
  public static let size: UInt64 = bitCount - 64
  static let wordMask: UInt64 = bitCount / 64 - 1

  var words: InlineArray<128, UInt64>
  /// One more than the highest accepted counter; 0 before the first.
  var top: UInt64 = 0

  /// A window that has seen nothing.
  public init() {
    words = InlineArray(repeating: 0)
  }

  /// Accepts `counter` and remembers it, or refuses it: a repetition, more than `size` behind the highest accepted
  /// one, or at the end of the counter space.
  @inlinable
  public mutating func accept(_ counter: UInt64) -> Bool {
    guard counter < SessionLimit.rejectAfterMessages else { return false }
    return slide(to: counter)
  }

  @usableFromInline
  mutating func slide(to counter: UInt64) -> Bool {
    let position = counter &+ 1
    guard position &+ Self.size >= top else { return false }
    if position > top {
      let newest = position &>> 6
      let span = newest &- (top &>> 6)
      if span > Self.wordMask {
        words = InlineArray(repeating: 0)
      } else {
        for step in 0..<span { words[Int((newest &- step) & Self.wordMask)] = 0 }
      }
      top = position
    }
    let word = Int((position &>> 6) & Self.wordMask)
    let bit: UInt64 = 1 &<< (position & 63)
    guard words[word] & bit == 0 else { return false }
    words[word] |= bit
    return true
  }
}
