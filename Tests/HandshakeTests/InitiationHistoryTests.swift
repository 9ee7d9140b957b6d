import Handshake
import Octets
import Testing
import Timeline

@Suite struct InitiationHistoryTests {
  /// By reference, as the expectation macro calls nothing mutating.
  final class History {
    private var history = InitiationHistory()

    func admits(_ timestamp: Timestamp, at now: Instant) -> Bool { history.admits(timestamp, at: now) }
    func accept(_ timestamp: Timestamp, at now: Instant) -> Bool { history.accept(timestamp, at: now) }
  }

  func at(_ milliseconds: Int, nanoseconds: Int = 0) -> Instant {
    Instant(nanoseconds: UInt64(1_000_000_000 + milliseconds * 1_000_000 + nanoseconds))
  }

  func stamp(_ seconds: UInt64, _ nanoseconds: UInt32 = 0) -> Timestamp {
    WallTime(seconds: seconds, nanoseconds: nanoseconds).timestamp
  }

  @Test func `only a strictly newer timestamp is accepted`() {
    let history = History()
    #expect(history.accept(stamp(1000), at: at(0)))
    #expect(!history.accept(stamp(1000), at: at(1000)))
    #expect(!history.accept(stamp(999, 999_999_999), at: at(1000)))
    #expect(history.accept(stamp(1000, 1 << 24), at: at(1000)))
    #expect(history.accept(stamp(1001), at: at(2000)))
  }

  @Test func `timestamps are ordered from their first byte`() {
    let history = History()
    var low = Timestamp()
    low[11] = 0xff
    var high = Timestamp()
    high[10] = 1
    #expect(history.accept(low, at: at(0)))
    #expect(history.accept(high, at: at(20)))
    #expect(!history.accept(low, at: at(40)))
  }

  @Test func `a timestamp of zeros is never accepted`() {
    #expect(!History().accept(Timestamp(), at: at(0)))
  }

  @Test func `two initiations within 20 milliseconds are a flood, and at 20 they are not`() {
    let history = History()
    #expect(history.accept(stamp(1000), at: at(0)))
    #expect(!history.accept(stamp(1001), at: at(20, nanoseconds: -1)))
    #expect(history.accept(stamp(1001), at: at(20)))
    #expect(InitiationHistory.minimumSpacing.nanoseconds * 50 == 1_000_000_000)
  }

  @Test func `only accepted initiations count for the flood limit and the latest timestamp`() {
    let history = History()
    #expect(history.accept(stamp(1000), at: at(0)))
    #expect(!history.accept(stamp(2000), at: at(10)))
    #expect(!history.accept(stamp(1000), at: at(15)))
    #expect(history.accept(stamp(1001), at: at(20)))
  }

  @Test func `asking changes nothing`() {
    let history = History()
    #expect(history.admits(stamp(1000), at: at(0)) && history.admits(stamp(1000), at: at(0)))
    #expect(history.accept(stamp(1000), at: at(0)))
    #expect(!history.admits(stamp(1000), at: at(100)))
  }

  @Test func `the first initiation is accepted however early the clock reads`() {
    #expect(History().accept(stamp(1), at: Instant(nanoseconds: 0)))
  }

  @Test func `the spacing of whitened timestamps stays below the flood limit`() {
    // A peer may send at the flood limit; its timestamps must still differ, otherwise honest peers are refused.
    #expect(UInt64(1 << 24) < InitiationHistory.minimumSpacing.nanoseconds)
  }
}
