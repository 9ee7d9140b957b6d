import Octets
import Testing
import Timeline

@testable import Transport

struct ReceptionTallyTests {
  /// What a session's packets come to when these counters arrive, one burst each.
  private static func tally(_ counters: [UInt64], onto tally: ReceptionTally = ReceptionTally()) -> ReceptionTally {
    var session = Session(
      sendingKey: Octets32(repeating: 1), receivingKey: Octets32(repeating: 2), localIndex: 3, remoteIndex: 4,
      isInitiator: true, owner: 5, born: Instant(nanoseconds: 0))
    var tally = tally
    for counter in counters {
      let before = session.expectedPackets
      let isAccepted = session.acceptCounter(counter)
      tally.count(accepted: isAccepted ? 1 : 0, advance: session.expectedPackets - before)
    }
    return tally
  }

  private static func expect(_ counters: [UInt64], _ expected: UInt64, _ received: UInt64) {
    let tally = tally(counters)
    #expect(tally.expected == expected && tally.received == received, "\(counters.suffix(3)): \(tally)")
  }

  @Test func `a gap is a loss until what is missing comes, and once only`() {
    Self.expect([], 0, 0)
    Self.expect([0], 1, 1)
    Self.expect([0, 1, 2], 3, 3)
    Self.expect([0, 3], 4, 2)
    Self.expect([0, 3, 1], 4, 3)
    Self.expect([0, 3, 1, 2], 4, 4)
    Self.expect([0, 3, 1, 2, 2, 1, 3, 0], 4, 4)
  }

  @Test func `packets before the first that comes are lost too`() {
    Self.expect([10], 11, 1)
    Self.expect([10, 0], 11, 2)
  }

  @Test func `what is late fills its gap to the replay window's edge, and not beyond it`() {
    Self.expect([8128, 0], 8129, 2)
    Self.expect([8129, 0], 8130, 1)
    Self.expect([20_000, 20_000 - 8128, 20_000 - 8129], 20_001, 2)
  }

  @Test func `the last counter counts, the one behind it does not`() {
    let limit = SessionLimit.rejectAfterMessages
    Self.expect([limit - 1], limit, 1)
    Self.expect([limit - 1, limit, .max], limit, 1)
  }

  /// X must wrap and go on; otherwise a peer that jumps ends the process, or its loss is never told again.
  @Test func `a peer that jumps to the end of its counters, twice, stops nothing`() {
    let limit = SessionLimit.rejectAfterMessages
    let once = Self.tally([limit - 1])
    let twice = Self.tally([limit - 1], onto: once)
    #expect(twice.expected == limit &+ limit && twice.received == 2)
    let further = Self.tally([0, 1, 3], onto: twice)
    #expect(further.expected &- twice.expected == 4 && further.received - twice.received == 3)
  }
}
