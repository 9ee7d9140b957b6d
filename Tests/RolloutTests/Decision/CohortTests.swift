import Rollout
import Testing

struct CohortTests {
  static let salt = [UInt8](repeating: 0, count: 16)

  static func bucket(_ id: [UInt8]?, _ component: String = "driver", _ release: String = "1.4.0") -> UInt32 {
    Cohort.bucket(salt: salt, component: Array(component.utf8), release: Array(release.utf8), installID: id)
  }

  @Test(arguments: [
    ([UInt8](repeating: 0, count: 16), [UInt32(237_133), 961_862, 204_207]),
    ((0..<16).map { UInt8($0) }, [109_646, 774_978, 373_097]),
    ([UInt8](repeating: 255, count: 16), [643_089, 293_076, 257_165]),
  ])
  func `nine buckets are frozen`(id: [UInt8], expected: [UInt32]) {
    let buckets = [
      Self.bucket(id), Self.bucket(id, "driver", "1.4.1"), Self.bucket(id, "app", "1.4.0"),
    ]
    #expect(buckets == expected)
  }

  @Test func `a client without an identifier comes last`() {
    #expect(Self.bucket(nil) == 999_999)
    #expect(Self.bucket([]) == 999_999)
    #expect(!Cohort.includes(Self.bucket(nil), ppm: 999_999))
    #expect(Cohort.includes(Self.bucket(nil), ppm: 1_000_000))
  }

  @Test func `a share is half-open: nobody at nothing, everybody at a million`() {
    #expect(!Cohort.includes(0, ppm: 0))
    #expect(Cohort.includes(0, ppm: 1))
    #expect(!Cohort.includes(1, ppm: 1))
    #expect(Cohort.includes(999_999, ppm: 1_000_000))
    // What a rule with "<=" over a hundred buckets would let in at ten per cent: eleven of them.
    let hundredths = (0..<100).map { UInt32($0) * 10_000 }
    #expect(hundredths.count { Cohort.includes($0, ppm: 100_000) } == 10)
  }

  /// An identifier from a number.
  static func id(_ number: Int) -> [UInt8] {
    (0..<16).map { $0 < 8 ? UInt8(truncatingIfNeeded: number >> (8 * $0)) : 7 }
  }

  @Test func `buckets are uniform`() {
    let count = 100_000
    var counts = [Int](repeating: 0, count: 20)
    for number in 0..<count { counts[Int(Self.bucket(Self.id(number))) / 50_000] += 1 }
    let expected = Double(count) / 20
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
    // 19 degrees of freedom: above 43.8 once in a thousand times.
    #expect(chiSquare < 43.8)
  }

  @Test func `who was early for one release is not early for the next, nor with another salt`() {
    let count = 20_000
    var both = [0, 0]
    for number in 0..<count {
      guard Self.bucket(Self.id(number)) < 100_000 else { continue }
      if Self.bucket(Self.id(number), "driver", "1.4.1") < 100_000 { both[0] += 1 }
      let salted = Cohort.bucket(
        salt: [1] + Self.salt.dropFirst(), component: Array("driver".utf8), release: Array("1.4.0".utf8),
        installID: Self.id(number))
      if salted < 100_000 { both[1] += 1 }
    }
    // A hundredth of all: 200, deviation 14.
    for count in both { #expect(abs(count - 200) < 60) }
  }

  @Test func `raising the share never drops a client`() {
    for number in 0..<2000 {
      let bucket = Self.bucket(Self.id(number))
      var wasIn = false
      for ppm in [UInt32(0), 1000, 10_000, 50_000, 250_000, 1_000_000] {
        let isIn = Cohort.includes(bucket, ppm: ppm)
        #expect(isIn || !wasIn)
        wasIn = isIn
      }
    }
  }

  @Test func `fields cannot run into each other`() {
    #expect(
      Cohort.bucket(salt: [], component: Array("ab".utf8), release: Array("c".utf8), installID: [1])
        != Cohort.bucket(salt: [], component: Array("a".utf8), release: Array("bc".utf8), installID: [1]))
  }
}
