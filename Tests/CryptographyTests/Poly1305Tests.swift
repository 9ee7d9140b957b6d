import Testing

@Suite struct Poly1305Tests {
  private static let submission = [UInt8](
    """
    Any submission to the IETF intended by the Contributor for publication as all or part of an IETF Internet-Draft or \
    RFC and any statement made within the context of an IETF activity is considered an "IETF Contribution". Such \
    statements include oral statements in IETF sessions, as well as written and electronic communications made at any \
    time or place, which are addressed to
    """.utf8)
  private static let jabberwocky = [UInt8](
    """
    'Twas brillig, and the slithy toves
    Did gyre and gimble in the wabe:
    All mimsy were the borogoves,
    And the mome raths outgrabe.
    """.utf8)
  private static let ones = "ffffffffffffffffffffffffffffffff"
  private static let zeros = "00000000000000000000000000000000"

  /// RFC 8439 §A.3: multiplier, pad, message, tag. Numbers 5 to 11 are the edges of the reduction.
  private static let vectors: [(r: String, s: String, message: [UInt8], tag: String)] = [
    (zeros, zeros, [UInt8](repeating: 0, count: 64), zeros),
    (zeros, "36e5f6b5c5e06070f0efca96227a863e", submission, "36e5f6b5c5e06070f0efca96227a863e"),
    ("36e5f6b5c5e06070f0efca96227a863e", zeros, submission, "f3477e7cd95417af89a6b8794c310cf0"),
    (
      "1c9240a5eb55d38af333888604f6b5f0", "473917c1402b80099dca5cbc207075c0", jabberwocky,
      "4541669a7eaaee61e708dc7cbcc5eb62"
    ),
    ("02000000000000000000000000000000", zeros, hex(ones), "03000000000000000000000000000000"),
    (
      "02000000000000000000000000000000", ones, hex("02000000000000000000000000000000"),
      "03000000000000000000000000000000"
    ),
    (
      "01000000000000000000000000000000", zeros,
      hex(ones + "f0ffffffffffffffffffffffffffffff" + "11000000000000000000000000000000"),
      "05000000000000000000000000000000"
    ),
    (
      "01000000000000000000000000000000", zeros,
      hex(ones + "fbfefefefefefefefefefefefefefefe" + "01010101010101010101010101010101"), zeros
    ),
    ("02000000000000000000000000000000", zeros, hex("fdffffffffffffffffffffffffffffff"), "fa" + ones.dropLast(2)),
    (
      "01000000000000000400000000000000", zeros,
      hex(
        "e33594d7505e43b90000000000000000" + "3394d7505e4379cd0100000000000000" + zeros
          + "01000000000000000000000000000000"), "14000000000000005500000000000000"
    ),
    (
      "01000000000000000400000000000000", zeros,
      hex("e33594d7505e43b90000000000000000" + "3394d7505e4379cd0100000000000000" + zeros),
      "13000000000000000000000000000000"
    ),
  ]

  @Test(arguments: vectors.indices)
  func `tags are those of RFC 8439 appendix A-3`(_ index: Int) {
    let vector = Self.vectors[index]
    #expect(hex(poly1305(hex(vector.r + vector.s), vector.message)) == vector.tag)
  }

  @Test func `tags of extreme words are those of libsodium`() {
    var random = SeededGenerator()
    let words: [[UInt8]] = [0x00, 0xff, 0xfb, 0xfa, 0x01].map {
      [$0] + [UInt8](repeating: $0 == 0 ? 0 : 0xff, count: 7)
    }
    for _ in 0..<(isLongRun ? 1_000_000 : 5000) {
      let key = (0..<4).flatMap { _ in random.next() % 3 == 0 ? random.bytes(8) : words.randomElement(using: &random)! }
      let count = Int(random.next() % 12)
      let message = (0..<count).flatMap { _ in words.randomElement(using: &random)! } + random.bytes(count % 8)
      let tag = poly1305(key, message)
      #expect(tag == Sodium.poly1305(key, message), "\(hex(key)) \(hex(message)) \(random.note)")
    }
  }
}
