import Octets
import Testing
import Timeline

struct `Instants and intervals` {
  @Test func `units agree`() {
    #expect(Interval.seconds(2) == .milliseconds(2000))
    #expect(Interval.milliseconds(3) == .nanoseconds(3_000_000))
    #expect(Interval.seconds(1) < .milliseconds(1001))
  }

  @Test func `sums saturate`() {
    #expect(Interval.nanoseconds(.max) + .nanoseconds(1) == .nanoseconds(.max))
    #expect(Interval.nanoseconds(2) + .nanoseconds(3) == .nanoseconds(5))
    #expect(Instant(nanoseconds: .max - 1) + .nanoseconds(5) == .distantFuture)
    #expect(Instant(nanoseconds: 1) + .nanoseconds(5) == Instant(nanoseconds: 6))
  }

  @Test func `time since a later instant is zero`() {
    let early = Instant(nanoseconds: 10)
    let late = Instant(nanoseconds: 25)
    #expect(late.since(early) == .nanoseconds(15))
    #expect(early.since(late) == .nanoseconds(0))
    #expect(early < late && late < .distantFuture)
  }
}

struct `Handshake timestamps` {
  private func bytes(_ stamp: Timestamp) -> [UInt8] { (0..<12).map { stamp[$0] } }

  @Test func `the example of the protocol comes out`() {
    let stamp = WallTime(seconds: 1_700_000_000, nanoseconds: 987_654_321).timestamp
    #expect(bytes(stamp) == [0x40, 0, 0, 0, 0x65, 0x53, 0xf1, 0x0a, 0x3a, 0, 0, 0])
  }

  @Test func `a full second has no fraction`() {
    let stamp = WallTime(seconds: 1_700_000_000, nanoseconds: 0).timestamp
    #expect(bytes(stamp) == [0x40, 0, 0, 0, 0x65, 0x53, 0xf1, 0x0a, 0, 0, 0, 0])
    #expect(bytes(WallTime(seconds: 0, nanoseconds: 0).timestamp)[..<8] == [0x40, 0, 0, 0, 0, 0, 0, 10])
  }

  @Test func `readings of one slot give one timestamp and the next slot a later one`() {
    let slot: UInt32 = 1 << 24
    let first = WallTime(seconds: 5, nanoseconds: slot).timestamp
    #expect(WallTime(seconds: 5, nanoseconds: 2 * slot - 1).timestamp == first)
    #expect(first.precedes(WallTime(seconds: 5, nanoseconds: 2 * slot).timestamp))
    #expect(WallTime(seconds: 5, nanoseconds: slot - 1).timestamp.precedes(first))
  }

  @Test func `a second holds sixty values and they grow`() {
    var last = WallTime(seconds: 8, nanoseconds: 999_999_999).timestamp
    var distinct = 0
    for nanoseconds in stride(from: UInt32(0), to: 1_000_000_000, by: 1_000_000) {
      let stamp = WallTime(seconds: 9, nanoseconds: nanoseconds).timestamp
      #expect(!stamp.precedes(last))
      if last.precedes(stamp) { distinct += 1 }
      last = stamp
    }
    #expect(distinct == 60)
    #expect(last.precedes(WallTime(seconds: 10, nanoseconds: 0).timestamp))
  }
}
