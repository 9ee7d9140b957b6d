import Octets
import Testing
import TunnelReport

@testable import TunnelDiagnosis

struct LossHistoryTests {
  static let key = Octets32(repeating: 1)

  static func observations(_ expected: UInt64?, _ received: UInt64?) -> [String: TunnelObservation] {
    var peer = PeerObservation(publicKey: key)
    (peer.expectedPackets, peer.receivedPackets) = (expected, received)
    var observation = TunnelObservation()
    observation.peers = [peer]
    return ["wg0": observation]
  }

  private static func text(_ history: LossHistory) -> String? { history.loss(of: key.keyText, in: "wg0")?.text }

  @Test func `loss is that of the last moments, not that of all times`() {
    var history = LossHistory()
    history.add(Self.observations(1000, 0))
    #expect(Self.text(history) == nil, "one reading tells nothing of the present")
    history.add(Self.observations(1100, 90))
    #expect(Self.text(history) == "10.0%")
    // The lossy interval counts for as long as its rate would be shown, and not longer.
    for step in 1...UInt64(TrafficHistory.length) {
      #expect(Self.text(history) != "0.0%", "step \(step)")
      history.add(Self.observations(1100 + 100 * step, 90 + 100 * step))
    }
    #expect(Self.text(history) == "0.0%")
    #expect(
      history.loss(of: Self.key.keyText, in: "wg1") == nil && history.loss(of: Octets32().keyText, in: "wg0") == nil)
  }

  @Test func `a daemon that began anew, a peer that is gone and one that does not tell do no harm`() {
    var history = LossHistory()
    history.add(Self.observations(1000, 500))
    history.add(Self.observations(10, 10))
    #expect(Self.text(history) == nil)
    history.add(Self.observations(20, 15))
    #expect(Self.text(history) == "50.0%")
    history.add([:])
    history.add(Self.observations(30, 25))
    #expect(Self.text(history) == nil)
    history.add(Self.observations(nil, nil))
    history.add(Self.observations(31, 26))
    #expect(Self.text(history) == nil)
  }
}
