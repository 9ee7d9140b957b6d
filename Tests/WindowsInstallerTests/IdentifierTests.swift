import Testing

@testable import WindowsInstaller

/// Identifiers follow from names.
struct IdentifierTests {
  // Source: FIPS 180-4 examples; the third is a million times "a" of RFC 3174 §7.3.
  @Test(arguments: [
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
  ])
  func `SHA-1 gives the published values`(message: String, digits: String) {
    #expect(hex(SHA1.hash(Array(message.utf8))) == digits)
  }

  // Source: RFC 1321 appendix A.5.
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"),
    (String(repeating: "1234567890", count: 8), "57edf4a22be3c955ac49da2e2107b67a"),
  ])
  func `MD5 gives the published values`(message: String, digits: String) {
    let words = MD5.hash(Array(message.utf8))
    #expect(hex(words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }) == digits)
  }

  @Test func `version 5 gives the published value`() {
    // Source: RFC 9562 appendix A.4: "www.example.com" among domain names.
    let dns: [UInt8] = [
      0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
    ]
    #expect(hex(Identifier.uuid(of: "www.example.com", in: dns)) == "2ed6657de927568b95e12665a8aea6a2")
  }

  @Test func `every length about a block's end is padded to whole blocks`() {
    // 55 bytes still leave room for the length, 56 do not.
    let hashes = (0...130).map { SHA1.hash([UInt8](repeating: 7, count: $0)) }
    #expect(Set(hashes).count == 131)
    #expect(hashes.allSatisfy { $0.count == 20 })
  }

  @Test func `codes that an installed product has never change`() {
    #expect(Identifier.upgradeCode(.x64) == Goldens.upgradeCodes[0])
    #expect(Identifier.upgradeCode(.arm64) == Goldens.upgradeCodes[1])
    #expect(Identifier.productCode(.x64, version: "0.1.0") != Identifier.productCode(.x64, version: "0.1.1"))
    #expect(Identifier.productCode(.x64, version: "0.1.0") != Identifier.productCode(.arm64, version: "0.1.0"))
    #expect(Identifier.component(.x64, place: "A/b") == Identifier.component(.x64, place: "a/B"))
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
