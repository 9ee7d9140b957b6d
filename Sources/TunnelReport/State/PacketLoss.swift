/// Which part of a peer's packets was lost between two readings of its counters.
public struct PacketLoss: Sendable, Equatable {
  /// Packets that the peer sent, as far as their numbers tell.
  public let expected: UInt64
  /// Those that did not come; what came late is counted where it came, and makes up for others then.
  public let lost: UInt64

  /// What was lost since the daemon began to count; nil when the server does not tell, or nothing has come.
  public init?(_ peer: PeerObservation) {
    guard let expected = peer.expectedPackets, let received = peer.receivedPackets else { return nil }
    self.init(expected: expected, received: received)
  }

  /// What was lost from one reading to the next; nil when a counter began anew between them, and when the peer has sent
  /// nothing.
  public init?(from: PeerObservation, to: PeerObservation) {
    guard let old = from.expectedPackets, let new = to.expectedPackets, new >= old,
      let before = from.receivedPackets, let after = to.receivedPackets, after >= before
    else { return nil }
    self.init(expected: new - old, received: after - before)
  }

  private init?(expected: UInt64, received: UInt64) {
    guard expected > 0 else { return nil }
    self.expected = expected
    lost = expected > received ? expected - received : 0
  }

  /// The part in per cent with one place, rounded down: `2.5%`; what is less than one in a thousand and not nothing is
  /// `<0.1%`.
  public var text: String {
    let product = lost.multipliedFullWidth(by: 1000)
    let tenths = expected.dividingFullWidth(product).quotient
    if tenths == 0 { return lost == 0 ? "0.0%" : "<0.1%" }
    return "\(tenths / 10).\(tenths % 10)%"
  }
}
