import Foundation
import Octets
import RolloutMetadata
import Testing

func text(_ string: String) -> [UInt8] { Array(string.utf8) }

func string(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func time(_ string: String) -> UTCTime { UTCTime(text(string))! }

func hex32(_ byte: UInt8) -> Octets32 { Octets32(repeating: byte) }

let day: Int64 = 86_400
let hour: Int64 = 3600

/// What a call throws; nil when it does not.
func thrown<Result>(_ body: () throws(MetadataError) -> Result) -> MetadataError? {
  do throws(MetadataError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

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

  /// A number below `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// A changed copy of `bytes`: bits, bytes, pieces moved, cut or doubled.
  mutating func mutation(of bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(3) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(8) {
      case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
      case 2: bytes[place] = UInt8(truncatingIfNeeded: next())
      case 3:
        bytes[place] = [0x22, 0x5c, 0x7b, 0x5b, 0x2c, 0x3a, 0x30, 0x2d, 0x65, 0x2e, 0, 0x20, 0xff, 0xc2][below(14)]
      case 4: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(8)))
      case 5: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + below(16))], at: below(bytes.count))
      case 6: bytes.insert(UInt8(truncatingIfNeeded: next()), at: place)
      default: bytes.removeLast(min(bytes.count, 1 + below(16)))
      }
    }
    return bytes
  }

  var note: Comment { "NEEDLETAIL_SEED=\(seed)" }
}
