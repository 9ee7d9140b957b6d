import Foundation
import Testing

@testable import FleetSimulation

struct RandomTests {
  @Test func `Philox gives the published answers`() {
    // Random123, kat_vectors, philox 4x32 with 10 rounds.
    let ones = UInt32.max
    #expect(
      Philox.block(SIMD4(0, 0, 0, 0), key: SIMD2(0, 0)) == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(SIMD4(ones, ones, ones, ones), key: SIMD2(ones, ones))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test(arguments: [
    (20, 0.3), (1000, 0.002), (1000, 0.5), (10_000_000, 2e-5), (10_000_000, 0.01), (400, 0.97), (25, 0.4),
  ])
  func `binomial draws have the distribution's mean, variance and lower tail`(count: Int, p: Double) {
    var random = RandomStream(seed: 9, stream: UInt64(count))
    let draws = (0..<40_000).map { _ in Double(random.binomial(count, p)) }
    let mean = draws.reduce(0, +) / 40_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000
    let expected = Double(count) * p
    let spread = expected * (1 - p)
    #expect(abs(mean - expected) < 4 * (spread / 40_000).squareRoot())
    #expect(abs(variance / spread - 1) < 0.035)
    // The exact distribution function at the mean, from the mathematical library.
    var below = 0.0
    for k in 0...Int(expected) {
      let n = Double(count)
      let x = Double(k)
      let choices: Double = lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1)
      let chance: Double = x * log(p) + (n - x) * log(1 - p)
      below += exp(choices + chance)
    }
    let measured = Double(draws.count { $0 <= Double(Int(expected)) }) / 40_000
    #expect(abs(measured - below) < 0.011)
  }

  @Test func `binomial draws at the edges are certain`() {
    var random = RandomStream(seed: 1, stream: 1)
    #expect(random.binomial(0, 0.5) == 0)
    #expect(random.binomial(7, 0) == 0)
    #expect(random.binomial(7, 1) == 7)
    for _ in 0..<1000 { #expect((0...1).contains(random.binomial(1, 0.5))) }
  }

  @Test func `normal draws have mean 0 and variance 1`() {
    var random = RandomStream(seed: 5, stream: 3)
    let draws = (0..<100_000).map { _ in random.normal() }
    let mean = draws.reduce(0, +) / 100_000
    let variance = draws.reduce(0) { $0 + $1 * $1 } / 100_000
    #expect(abs(mean) < 0.013)
    #expect(abs(variance - 1) < 0.02)
    #expect(abs(Double(draws.count { $0.magnitude < 1.96 }) / 100_000 - 0.95) < 0.003)
  }
}
