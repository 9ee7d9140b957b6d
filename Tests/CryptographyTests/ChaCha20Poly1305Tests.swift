import Cryptography
import Octets
import Testing

@Suite struct ChaCha20Poly1305Tests {
  private static let sunscreen = [UInt8](
    """
    Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.
    """.utf8)
  private static let additional = hex("50515253c0c1c2c3c4c5c6c7")

  @Test func `the message of RFC 8439 section 2-8-2 seals and opens`() {
    let key = [UInt8](0x80...0x9f)
    let nonce = hex("070000004041424344454647")
    let sealed = hex(
      """
      d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b29
      05d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b
      6116 1ae10b594f09e26a7e902ecbd0600691
      """)
    #expect(seal(key, nonce: nonce, Self.sunscreen, additional: Self.additional) == sealed)
    #expect(open(key, nonce: nonce, sealed, additional: Self.additional) == Self.sunscreen)
  }

  @Test func `the message of the XChaCha draft appendix A-3-1 seals and opens`() {
    let key = [UInt8](0x80...0x9f)
    let nonce = [UInt8](0x40...0x57)
    let sealed = hex(
      """
      bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216
      cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9768812f615c68b13
      b52e c0875924c1c7987947deafd8780acf49
      """)
    #expect(extendedSeal(key, nonce: nonce, Self.sunscreen, additional: Self.additional) == sealed)
    #expect(extendedOpen(key, nonce: nonce, sealed, additional: Self.additional) == Self.sunscreen)
  }

  @Test func `every length seals and opens as libsodium does`() {
    var random = SeededGenerator()
    for length in 0...600 {
      let key = random.bytes(32)
      let counter = random.next()
      let plaintext = random.bytes(length)
      let additional = random.bytes(Int(random.next() % 40))
      let nonce = [0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: counter >> ($0 * 8)) }
      let expected = Sodium.seal(key, counter, plaintext, additional: additional)
      #expect(seal(key, nonce: nonce, plaintext, additional: additional) == expected, "\(length): \(random.note)")
      #expect(open(key, nonce: nonce, expected, additional: additional) == plaintext, "\(length): \(random.note)")

      let long = random.bytes(24)
      let extended = Sodium.extendedSeal(key, nonce: long, plaintext, additional: additional)
      #expect(
        extendedSeal(key, nonce: long, plaintext, additional: additional) == extended, "\(length): \(random.note)")
      #expect(
        extendedOpen(key, nonce: long, extended, additional: additional) == plaintext, "\(length): \(random.note)")
    }
  }

  @Test func `the counter is the nonce behind four zero bytes and the offset is kept`() {
    var random = SeededGenerator()
    let key = random.bytes(32)
    let counter = random.next()
    let plaintext = random.bytes(28)
    let additional = random.bytes(32)
    let expected = Sodium.seal(key, counter, plaintext, additional: additional)
    var frame = [UInt8](repeating: 0xee, count: 100)
    frame.withRaw {
      ChaCha20Poly1305.seal(
        key: key.raw, counter: counter, plaintext: plaintext.raw, additional: additional.raw, into: &$0, at: 10)
    }
    let ee = [UInt8](repeating: 0xee, count: 100)
    #expect(frame == ee[..<10] + expected + ee[54...], "\(random.note)")
    var opened = ee
    let verified = opened.withRaw {
      ChaCha20Poly1305.open(
        key: key.raw, counter: counter, ciphertext: expected.raw, additional: additional.raw, into: &$0, at: 10)
    }
    #expect(verified)
    #expect(opened == ee[..<10] + plaintext + ee[38...], "\(random.note)")
  }

  @Test func `any flipped bit is refused and nothing is written`() {
    var random = SeededGenerator()
    let key = random.bytes(32)
    let sealed = Sodium.seal(key, 0, random.bytes(32), additional: Self.additional)
    for bit in 0..<(sealed.count * 8) {
      var forged = sealed
      forged[bit / 8] ^= 1 << (bit % 8)
      var target = [UInt8](repeating: 0xee, count: 32)
      let verified = target.withRaw {
        ChaCha20Poly1305.open(
          key: key.raw, counter: 0, ciphertext: forged.raw, additional: Self.additional.raw, into: &$0, at: 0)
      }
      #expect(!verified, "bit \(bit): \(random.note)")
      #expect(target.allSatisfy { $0 == 0xee }, "bit \(bit): \(random.note)")
    }
    for bit in 0..<(Self.additional.count * 8) {
      var additional = Self.additional
      additional[bit / 8] ^= 1 << (bit % 8)
      let nonce = [UInt8](repeating: 0, count: 12)
      #expect(open(key, nonce: nonce, sealed, additional: additional) == nil, "additional bit \(bit): \(random.note)")
    }
  }

  @Test func `what is shorter than a tag is refused`() {
    for length in 0..<16 {
      let nothing = [UInt8](repeating: 0, count: length)
      let key = [UInt8](repeating: 1, count: 32)
      #expect(open(key, nonce: [UInt8](repeating: 0, count: 12), nothing, additional: []) == nil)
      #expect(extendedOpen(key, nonce: [UInt8](repeating: 0, count: 24), nothing, additional: []) == nil)
    }
  }
}
