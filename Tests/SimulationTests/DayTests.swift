import Testing
import Tunnel

@testable import Simulation

struct DayTests {
  /// Light traffic for 24 hours: a session is replaced by the first packet its initiator sends when it is 120 s old, so
  /// there is one every 120 to 130 s; and what a device holds must not grow.
  @Test func `a day of light traffic costs no more at its end than in its first hour`() {
    let outcome = Day().live(seed: CampaignTests.firstSeed)
    print("24 hours: \(outcome)")
    #expect(outcome.failure == nil)
    #expect(outcome.handshakes >= 24 * 3600 / 131 - 30)
    #expect(outcome.handshakes <= 24 * 3600 / 120 + 30)
    // A longer sleep parks more packets: that may take one segment more. A leak would take 650.
    #expect(outcome.laterPeak <= outcome.firstPeak + 16_384)
    // What is lost is lost to the three sleeps of ten minutes, and to what they end in.
    #expect(outcome.packets - outcome.deliveries <= 3 * 70)
  }

  /// Without traffic nothing may be sent at all, and no keys may be left.
  @Test func `an hour without traffic is silent`() {
    let world = Scenario.twoDevices()
    Scenario.meet(world)
    world.run(until: world.now + .seconds(60))
    let seals = world.book.tally.seals
    let sessions = world.book.tally.sessions
    world.run(until: world.now + .seconds(3600))
    #expect(world.book.tally.seals == seals)
    #expect(world.book.tally.sessions == sessions)
    #expect(world.nodes.allSatisfy { $0.device.machine.census.sessions == 0 })
    #expect(world.book.failure == nil)
  }
}
