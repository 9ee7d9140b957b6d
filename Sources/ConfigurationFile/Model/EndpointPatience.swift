/// When the name of a peer's endpoint is looked up again: a name may lead to another address by then.
public enum EndpointPatience {
  /// Seconds without a handshake after which a peer does not answer: a session is renewed after 120 s (WG §6.1), and 15 s
  /// are three tries.
  public static let seconds: Int64 = 135

  /// Whether a peer does not answer: its newest handshake is older than that or there is none, and something was sent to
  /// it since the last look. A peer that nobody sends to is no reason to ask for names.
  ///
  /// - Parameters:
  ///   - lastHandshake: seconds since 1970, 0 for never.
  ///   - now: seconds since 1970.
  ///   - sentBefore: bytes that had been sent to it at the last look, nil when this is the first.
  ///   - sent: bytes that have been sent to it.
  public static func isOver(lastHandshake: Int64, now: Int64, sentBefore: UInt64?, sent: UInt64) -> Bool {
    guard lastHandshake == 0 || now - lastHandshake > seconds else { return false }
    return sentBefore.map { sent > $0 } ?? true
  }
}
