import Admission
import Octets
import ProtocolVectors
import TestStorage
import Testing
import Timeline

@Suite struct RateLimiterTests {
  let heap = TestStorage()
  let source = IPAddress(v4: 0xc000_0201)

  func v4(_ number: Int) -> IPAddress { IPAddress(v4: UInt32(number)) }

  @Test func `the limits are twenty a second, bursts of five, and 65,536 sources`() {
    #expect(RateLimiter.cost.nanoseconds * 20 == 1_000_000_000)
    #expect(RateLimiter.cost.nanoseconds * 5 == RateLimiter.capacity.nanoseconds)
    #expect(RateLimiter.capacity < RateLimiter.idleTime)
    #expect(RateLimiter.maximumSourceCount == 65_536)
  }

  @Test func `a source may send five at once, then one each 50 milliseconds`() {
    let limiter = Limiter(heap)
    for _ in 0..<5 { #expect(limiter.allow(source, at: at(0))) }
    #expect(!limiter.allow(source, at: at(0)))
    #expect(!limiter.allow(source, at: at(0.05, nanoseconds: -1)))
    #expect(limiter.allow(source, at: at(0.05)))
    #expect(!limiter.allow(source, at: at(0.1, nanoseconds: -1)))
    #expect(limiter.allow(source, at: at(0.1)))
  }

  @Test func `a flood of one source gets twenty a second after the burst`() {
    let limiter = Limiter(heap)
    var passed = 0
    for millisecond in 0..<10_000 where limiter.allow(source, at: at(Double(millisecond) / 1000)) { passed += 1 }
    // 5 at the start, then one each 50 ms up to 9.95 s.
    #expect(passed == 5 + 199)
  }

  @Test func `a burst is saved up again in 250 milliseconds and not further`() {
    let limiter = Limiter(heap)
    for _ in 0..<6 { _ = limiter.allow(source, at: at(0)) }
    for _ in 0..<5 { #expect(limiter.allow(source, at: at(0.9))) }
    #expect(!limiter.allow(source, at: at(0.9)))
  }

  @Test func `a clock that steps back neither traps nor grants anything`() {
    let limiter = Limiter(heap)
    for _ in 0..<5 { #expect(limiter.allow(source, at: at(10))) }
    #expect(!limiter.allow(source, at: at(0)))
    #expect(!limiter.allow(source, at: at(10.04)))
    #expect(limiter.allow(source, at: at(10.05)))
    #expect(limiter.advance(to: at(0)) == at(11.05, nanoseconds: 1))
    #expect(limiter.allow(source, at: .distantFuture))
  }

  @Test func `IPv4 sources count one by one`() {
    let limiter = Limiter(heap)
    for _ in 0..<6 { _ = limiter.allow(source, at: at(0)) }
    #expect(limiter.allow(IPAddress(v4: 0xc000_0202), at: at(0)))
    #expect(limiter.count == 2)
  }

  @Test func `IPv6 sources count by their first 64 bits`() {
    let limiter = Limiter(heap)
    for host in 0..<5 { #expect(limiter.allow(IPAddress(v6High: 0x2001_0db8_0000_0000, low: UInt64(host)), at: at(0))) }
    #expect(!limiter.allow(IPAddress(v6High: 0x2001_0db8_0000_0000, low: .max), at: at(0)))
    #expect(limiter.allow(IPAddress(v6High: 0x2001_0db8_0000_0001, low: 0), at: at(0)))
    #expect(limiter.count == 2)
  }

  @Test func `an IPv4 address and an IPv6 network of the same number are two sources`() {
    let limiter = Limiter(heap)
    // So many that some pairs share a bucket: there the family alone tells them apart.
    for number in 0..<32_000 {
      _ = limiter.allow(v4(number), at: at(0))
      _ = limiter.allow(IPAddress(v6High: UInt64(number), low: 0), at: at(0))
    }
    #expect(limiter.count == 64_000)
  }

  @Test func `beyond 65,536 sources others are denied until some are idle for more than a second`() {
    do {
      let limiter = Limiter(heap)
      for number in 0..<65_536 { #expect(limiter.allow(v4(number), at: at(0))) }
      #expect(limiter.count == 65_536)
      #expect(!limiter.allow(v4(65_536), at: at(0)))
      #expect(limiter.allow(v4(65_535), at: at(0)))
      #expect(!limiter.allow(v4(65_536), at: at(1)))
      #expect(limiter.allow(v4(65_536), at: at(1, nanoseconds: 1)))
      #expect(limiter.count == 65_536)
      // The one that made room is the one silent longest: the first.
      #expect(limiter.allow(v4(0), at: at(1, nanoseconds: 1)))
      #expect(limiter.count == 65_536)
    }
    #expect(heap.byteCount == 0 && heap.faultCount == 0)
  }

  @Test func `sources idle for more than a second are forgotten, a bounded number at a time`() {
    let limiter = Limiter(heap)
    for number in 0..<600 { #expect(limiter.allow(v4(number), at: at(0))) }
    #expect(limiter.advance(to: at(0.5)) == at(1, nanoseconds: 1))
    #expect(limiter.advance(to: at(1)) == at(1, nanoseconds: 1))
    #expect(limiter.count == 600)
    let due = at(1, nanoseconds: 1)
    #expect(limiter.advance(to: due) == due)
    #expect(limiter.count == 600 - RateLimiter.sweepLimit)
    #expect(limiter.advance(to: due) == due)
    #expect(limiter.advance(to: due) == .distantFuture)
    #expect(limiter.count == 0)
  }

  @Test func `a sweep that forgets the last source asks for no other`() {
    let limiter = Limiter(heap)
    for number in 0..<RateLimiter.sweepLimit { #expect(limiter.allow(v4(number), at: at(0))) }
    #expect(limiter.advance(to: at(2)) == .distantFuture)
    #expect(limiter.count == 0)
  }

  @Test func `only the idle ones are forgotten, and denied messages keep a source awake`() {
    let limiter = Limiter(heap)
    for number in 0..<3 { #expect(limiter.allow(v4(number), at: at(0))) }
    for _ in 0..<100 { _ = limiter.allow(v4(1), at: at(0.9)) }
    #expect(limiter.advance(to: at(1.5)) == at(1.9, nanoseconds: 1))
    #expect(limiter.count == 1)
    #expect(limiter.advance(to: at(2)) == .distantFuture)
  }

  @Test func `a forgotten source starts anew with a full burst`() {
    let limiter = Limiter(heap)
    for _ in 0..<100 { _ = limiter.allow(source, at: at(0)) }
    _ = limiter.advance(to: at(2))
    #expect(limiter.count == 0)
    for _ in 0..<5 { #expect(limiter.allow(source, at: at(2))) }
    #expect(!limiter.allow(source, at: at(2)))
  }

  @Test func `storage is taken with the first source and given back with the last`() {
    let limiter = Limiter(heap)
    #expect(heap.byteCount == 0 && heap.faultCount == 0)
    #expect(limiter.allow(source, at: at(0)))
    #expect(heap.byteCount > 0)
    #expect(limiter.advance(to: at(2)) == .distantFuture)
    #expect(heap.byteCount == 0 && heap.faultCount == 0)
    #expect(limiter.allow(source, at: at(3)))
  }

  @Test func `a source without storage is denied, whichever request for storage fails`() {
    var refused = 0
    for allowance in 0..<64 {
      let heap = TestStorage()
      heap.refuses = { $0 >= allowance }
      let limiter = Limiter(heap)
      if limiter.allow(source, at: at(0)) { break }
      refused += 1
      #expect(limiter.count == 0)
      #expect(limiter.advance(to: at(5)) == .distantFuture)
      // Storage that comes later must be used; otherwise one refusal would deny for ever.
      heap.refuses = { _ in false }
      #expect(limiter.allow(source, at: at(5)))
    }
    #expect(refused > 0 && refused < 64)
  }

  @Test func `without storage for more, known sources go on and others are denied`() {
    let limiter = Limiter(heap)
    #expect(limiter.allow(v4(0), at: at(0)))
    heap.refuses = { _ in true }
    var known = 1
    while limiter.allow(v4(known), at: at(0)) { known += 1 }
    #expect(known < 1000)
    #expect(limiter.count == known)
    #expect(limiter.allow(v4(0), at: at(0)))
    #expect(!limiter.allow(v4(known), at: at(0)))
  }

  /// The rule of protocol §7.5 written down plainly, with a dictionary and a search.
  struct Model {
    var sources: [UInt32: (savings: UInt64, last: UInt64)] = [:]

    mutating func allow(_ source: UInt32, _ now: UInt64) -> Bool {
      guard var entry = sources[source] else {
        sources[source] = (200_000_000, now)
        return true
      }
      entry.savings = min(250_000_000, entry.savings + now - entry.last)
      entry.last = now
      let passes = entry.savings >= 50_000_000
      if passes { entry.savings -= 50_000_000 }
      sources[source] = entry
      return passes
    }

    mutating func sweep(_ now: UInt64) { sources = sources.filter { now - $0.value.last <= 1_000_000_000 } }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `random traffic is judged as the plain rule judges it`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let limiter = Limiter(heap)
    var model = Model()
    var now: UInt64 = 5_000_000_000
    for _ in 0..<20_000 {
      let pause = UInt64.random(in: 0..<10, using: &random) == 0
      now += .random(in: 0..<(pause ? 2_000_000_000 : 5_000_000), using: &random)
      let source = UInt32.random(in: 0..<300, using: &random)
      let instant = Instant(nanoseconds: now)
      if UInt8.random(in: 0..<8, using: &random) == 0 {
        while limiter.advance(to: instant) == instant {}
        model.sweep(now)
        #expect(limiter.count == model.sources.count, "seed \(seed)")
      }
      #expect(limiter.allow(IPAddress(v4: source), at: instant) == model.allow(source, now), "seed \(seed)")
    }
  }
}
