import Foundation
import Octets
import Signatures
import Testing

/// The bytes of a text of hexadecimal digits.
func hex(_ text: String) -> [UInt8] {
  let digits = text.map { UInt8(String($0), radix: 16)! }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

extension FixedOctets {
  /// The bytes as an array.
  var array: [UInt8] { (0..<count).map { self[$0] } }
}

func verify(_ signature: [UInt8], _ message: [UInt8], _ key: [UInt8]) -> Bool {
  Ed25519.verify(FixedOctets<64>(signature.raw), of: message.raw, by: Octets32(key.raw))
}

func sha512(_ message: [UInt8]) -> [UInt8] { SHA512.hash(message.raw).array }

func blake2b32(_ message: [UInt8]) -> [UInt8] { BLAKE2b.hash32(message.raw).array }

/// Repeatable randomness (SplitMix64) whose seed stands in every failure.
struct SeededGenerator: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init() {
    seed = ProcessInfo.processInfo.environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) } ?? .random(in: .min ... .max)
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }

  var note: Comment { "NEEDLETAIL_SEED=\(seed)" }
}
