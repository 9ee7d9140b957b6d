import ProtocolVectors
import TestStorage

/// Changes messages at random: bits, bytes, runs, lengths, pieces of other messages, and pure noise.
struct Mutator {
  var random: SeededGenerator

  /// A changed copy of one of `originals`, and which one it was made from. It may by chance equal the original.
  mutating func mutation(of originals: [[UInt8]]) -> (bytes: [UInt8], original: Int) {
    let chosen = random.below(originals.count)
    var bytes = originals[chosen]
    for _ in 0...random.below(3) { mutate(&bytes, originals) }
    return (bytes, chosen)
  }

  private mutating func mutate(_ bytes: inout [UInt8], _ originals: [[UInt8]]) {
    guard !bytes.isEmpty else {
      bytes = noise(random.below(200))
      return
    }
    let place = random.below(bytes.count)
    switch random.below(10) {
    case 0, 1, 2: bytes[place] ^= 1 << UInt8(random.below(8))
    case 3: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 4: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)]
    case 5:
      let length = min(bytes.count - place, 1 + random.below(32))
      bytes.replaceSubrange(place..<place + length, with: noise(length))
    case 6: bytes.removeLast(min(bytes.count, 1 + random.below(16)))
    case 7: bytes += noise(1 + random.below(16))
    case 8:
      // The same place of another message: fields that are valid, but elsewhere.
      let other = originals[random.below(originals.count)]
      let end = min(bytes.count, other.count, place + 1 + random.below(64))
      if place < end { bytes.replaceSubrange(place..<end, with: other[place..<end]) }
    default: bytes = noise(random.below(256))
    }
  }

  private mutating func noise(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }
}
