/// Spoils recorded inputs in the ways that parsers get wrong.
public struct Mutator {
  /// Where its choices come from.
  public var random: Seeded
  private let corpus: [[UInt8]]

  /// A mutator over `corpus`.
  public init(seed: UInt64, corpus: [String]) {
    random = Seeded(seed: seed)
    self.corpus = corpus.map { Array($0.utf8) }
  }

  /// One of the corpus, spoiled one to eight times.
  public mutating func next() -> [UInt8] {
    var bytes = corpus.randomElement(using: &random) ?? []
    for _ in 0..<Int.random(in: 1...8, using: &random) { spoil(&bytes) }
    return bytes
  }

  private mutating func spoil(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 0...24, using: &random))
    switch Int.random(in: 0..<10, using: &random) {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: random.bytes(Int.random(in: 1...4, using: &random)), at: place)
    case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 3: bytes.insert(contentsOf: Array(interesting.randomElement(using: &random)!.utf8), at: place)
    case 4: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
    case 5: bytes = Array(bytes[..<place])
    case 6: exchangeLines(&bytes)
    case 7: bytes += corpus.randomElement(using: &random) ?? []
    case 8:
      let filling = interesting.randomElement(using: &random)!.utf8.first ?? 0
      let count = [40, 256, 257, 4096, 65536, 65537].randomElement(using: &random)!
      bytes.insert(contentsOf: [UInt8](repeating: filling, count: count), at: place)
    default: replaceDigits(&bytes, from: place)
    }
  }

  private mutating func exchangeLines(_ bytes: inout [UInt8]) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let one = Int.random(in: 0..<lines.count, using: &random)
    lines.swapAt(one, Int.random(in: 0..<lines.count, using: &random))
    bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }

  private mutating func replaceDigits(_ bytes: inout [UInt8], from place: Int) {
    guard let start = bytes[place...].firstIndex(where: { 48...57 ~= $0 }) else { return }
    let end = bytes[start...].firstIndex(where: { !(48...57 ~= $0) }) ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array(interesting.randomElement(using: &random)!.utf8))
  }

  private let interesting = [
    "", "0", "-1", "-", "65535", "65536", "4294967296", "18446744073709551616", "=", "\n", "\n\n", "\r\n", "\0", ":",
    "::",
    ":::", ".", "/", "/0", "/129", "%", "%lo", "[", "]", "]:", ",", "#", " ", "\t", "off", "true", "get=1\n\n",
    "set=1\n",
    "public_key=", "[Peer]\n", "[Interface]\n", "\u{feff}", "ß", "+", "0x", "::ffff:1.2.3.4",
  ]
}
