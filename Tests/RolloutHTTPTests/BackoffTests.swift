import RolloutHTTP
import Testing

/// Numbers in their order, so that what is drawn is known.
struct Sequence64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    // SplitMix64.
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

struct BackoffTests {
  @Test func `limits double up to the cap and never overflow`() {
    let backoff = Backoff()
    #expect((1...8).map { backoff.limit(after: $0) } == [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
    #expect(backoff.limit(after: 64) == 30_000 && backoff.limit(after: .max) == 30_000)
    #expect(Backoff(base: 1, cap: .max).limit(after: 64) == 1 << 63)
    #expect(Backoff(base: 1, cap: .max).limit(after: 65) == .max)
  }

  @Test func `the same generator draws the same waits`() {
    var generator = Sequence64(state: 7)
    let waits = (1...6).map { Backoff().wait(after: $0, using: &generator) }
    #expect(waits == [195, 16, 1802, 2332, 3619, 3991])
  }

  @Test func `waits are spread over all of their range`() {
    var generator = Sequence64(state: 1)
    let backoff = Backoff(base: 1000, cap: 1000)
    let waits = (0..<10_000).map { _ in backoff.wait(after: 1, using: &generator) }
    // Full jitter: the mean is half the limit, and each tenth has its tenth.
    #expect((480...520).contains(waits.reduce(0, +) / 10_000))
    for tenth in 0..<10 {
      #expect((850...1150).contains(waits.count { $0 / 100 == tenth || (tenth == 9 && $0 == 1000) }))
    }
  }

  @Test func `time for a file grows with its length, and is finite for any`() {
    let limits = TransferLimits()
    #expect(limits.whole(0) == 30_000 && limits.whole(16_384) == 31_000 && limits.whole(1 << 20) == 94_000)
    #expect(limits.whole(.max) < 1 << 40)
  }
}
