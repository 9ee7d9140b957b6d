import Octets
import Testing
import TunnelReport

struct PacketLossTests {
  private static func peer(_ expected: UInt64?, _ received: UInt64?) -> PeerObservation {
    var peer = PeerObservation(publicKey: Octets32(repeating: 1))
    (peer.expectedPackets, peer.receivedPackets) = (expected, received)
    return peer
  }

  private static func text(_ expected: UInt64, _ received: UInt64) -> String? {
    PacketLoss(peer(expected, received))?.text
  }

  @Test func `loss is told in tenths of a per cent, at each edge`() {
    #expect(Self.text(0, 0) == nil)
    #expect(Self.text(1, 1) == "0.0%" && Self.text(1, 0) == "100.0%")
    #expect(Self.text(1000, 999) == "0.1%" && Self.text(1001, 1000) == "<0.1%")
    #expect(Self.text(10_000, 9750) == "2.5%" && Self.text(10_000, 9741) == "2.5%" && Self.text(10_000, 9740) == "2.6%")
    #expect(Self.text(.max, 0) == "100.0%" && Self.text(.max, 1) == "99.9%" && Self.text(.max, .max) == "0.0%")
    #expect(Self.text(.max, .max - 1) == "<0.1%")
  }

  @Test func `between two readings only what lies between them counts`() {
    let loss = PacketLoss(from: Self.peer(1000, 500), to: Self.peer(1100, 590))
    #expect(loss?.expected == 100 && loss?.lost == 10)
    // What came late makes up for what was missing before, and is no gain.
    #expect(PacketLoss(from: Self.peer(1000, 500), to: Self.peer(1001, 510))?.lost == 0)
    #expect(PacketLoss(from: Self.peer(1000, 500), to: Self.peer(1000, 510)) == nil, "nothing was sent")
  }

  @Test func `a counter that began anew and a server that does not tell give nothing`() {
    #expect(PacketLoss(from: Self.peer(1000, 500), to: Self.peer(999, 500)) == nil)
    #expect(PacketLoss(from: Self.peer(1000, 500), to: Self.peer(1001, 499)) == nil)
    #expect(PacketLoss(from: Self.peer(nil, 1), to: Self.peer(2, 2)) == nil)
    #expect(PacketLoss(from: Self.peer(1, 1), to: Self.peer(2, nil)) == nil && PacketLoss(Self.peer(nil, nil)) == nil)
  }
}
