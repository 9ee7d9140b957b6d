/// MD5 (RFC 1321), because the table MsiFileHash holds it. It protects nothing here: by it Windows Installer sees whether a
/// file without a version is the one that the package has.
enum MD5 {
  private static let shifts: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]

  /// The whole parts of 2^32 · |sin(i)| for i from 1 to 64.
  private static let constants: [UInt32] = (1...64).map { UInt32(abs(sine(Double($0))) * 4_294_967_296) }

  /// sin(x), by its series; x is brought near 0 first, in two parts so that no digit is lost.
  private static func sine(_ x: Double) -> Double {
    let turns = (x / (2 * .pi)).rounded()
    let rest = (x - turns * 6.28125) - turns * 0.001935307179586476925286766559
    var term = rest
    var sum = rest
    for n in stride(from: 2.0, through: 40, by: 2) {
      term *= -rest * rest / (n * (n + 1))
      sum += term
    }
    return sum
  }

  /// The hash of `message` as four numbers, as the table has them.
  static func hash(_ message: [UInt8]) -> [UInt32] {
    let bits = UInt64(message.count) * 8
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    padded += (0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
    var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476]
    for start in stride(from: 0, to: padded.count, by: 64) { compress(padded[start..<start + 64], into: &state) }
    return state
  }

  private static func compress(_ block: ArraySlice<UInt8>, into state: inout [UInt32]) {
    let words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { place in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(block[place + $1]) << ($1 * 8) }
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    for i in 0..<64 {
      let (mixed, word): (UInt32, Int) =
        switch i / 16 {
        case 0: ((b & c) | (~b & d), i)
        case 1: ((d & b) | (~d & c), (5 * i + 1) % 16)
        case 2: (b ^ c ^ d, (3 * i + 5) % 16)
        default: (c ^ (b | ~d), 7 * i % 16)
        }
      let sum = a &+ mixed &+ constants[i] &+ words[word]
      let shift = shifts[i / 16][i % 4]
      (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
    }
    for (place, value) in [a, b, c, d].enumerated() { state[place] &+= value }
  }
}
