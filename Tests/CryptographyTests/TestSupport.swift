import Foundation
import Octets
import Testing

/// The bytes of a text of hexadecimal digits; blanks and line ends are skipped.
func hex(_ text: String) -> [UInt8] {
  let digits = text.compactMap { $0.isWhitespace ? nil : UInt8(String($0), radix: 16)! }
  precondition(digits.count % 2 == 0)
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The digits of bytes.
func hex(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}

extension FixedOctets {
  /// The bytes as an array.
  var array: [UInt8] { (0..<count).map { self[$0] } }
}

/// Whether the full numbers were asked for with NEEDLETAIL_LONG=1.
let isLongRun = ProcessInfo.processInfo.environment["NEEDLETAIL_LONG"] == "1"

/// Repeatable randomness (SplitMix64) whose seed stands in every failure.
struct SeededGenerator: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64
  private var pool: [UInt8] = []

  init() {
    let given = ProcessInfo.processInfo.environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) }
    seed = given ?? UInt64.random(in: .min ... .max)
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  /// `count` random bytes; long ones are cut out of a pool at a random place.
  mutating func bytes(_ count: Int) -> [UInt8] {
    if count <= 64 { return (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
    if pool.isEmpty { pool = (0..<(1 << 17)).map { _ in UInt8(truncatingIfNeeded: next()) } }
    let start = Int(next() % UInt64(pool.count - count))
    return Array(pool[start..<(start + count)])
  }

  /// What a failure must say so that it can be had again.
  var note: Comment { "NEEDLETAIL_SEED=\(seed)" }
}
