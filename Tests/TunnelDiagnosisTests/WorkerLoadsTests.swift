import Testing
import TunnelReport

@testable import TunnelDiagnosis

struct WorkerLoadsTests {
  private static func observation(_ receive: UInt64, _ transmit: UInt64, queued: UInt64 = 0) -> TunnelObservation {
    var observation = TunnelObservation()
    observation.workers = [
      .init(name: "receive", processorTime: receive), .init(name: "transmit", processorTime: transmit),
    ]
    (observation.queuedHandshakes, observation.stagedPackets) = (queued, 2 * queued)
    return observation
  }

  @Test func `a worker's share is its processor time in the time that has passed, of the busiest tunnel`() {
    var loads = WorkerLoads()
    loads.add(["wg0": Self.observation(1000, 0), "wg1": Self.observation(0, 0)], at: 0)
    #expect(loads.loads == [] && loads.text == "")
    loads.add(
      ["wg0": Self.observation(251_000, 0, queued: 1), "wg1": Self.observation(9999, 10_000)], at: 1_000_000_000)
    #expect(loads.loads == [.init(name: "receive", share: 25), .init(name: "transmit", share: 1)])
    #expect(loads.text == "receive 25%, transmit 1%; 1 handshakes and 2 packets wait")
  }

  @Test func `a share is never above all, and clocks that stand still or begin anew give none`() {
    var loads = WorkerLoads()
    loads.add(["wg0": Self.observation(0, 0)], at: 5)
    loads.add(["wg0": Self.observation(.max, 999_999)], at: 1_000_000_005)
    #expect(loads.loads.map(\.share) == [100, 99])
    loads.add(["wg0": Self.observation(.max, .max)], at: 1_000_000_005)
    #expect(loads.loads == [])
    loads.add(["wg0": Self.observation(1, .max)], at: 2_000_000_005)
    #expect(loads.loads == [.init(name: "transmit", share: 0)])
    loads.add([:], at: 3_000_000_005)
    #expect(loads.text == "")
  }
}
