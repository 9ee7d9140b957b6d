import Octets
import Signatures
import Testing

struct HashTests {
  @Test func `SHA-512 of nothing and of abc is what FIPS 180-4 gives`() {
    #expect(sha512([]) == Sodium.sha512([]))
    let abc = hex(
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
    #expect(sha512(Array("abc".utf8)) == abc)
  }

  @Test func `BLAKE2b of abc is what RFC 7693 gives`() {
    let abc = hex(
      "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        + "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")
    var state = BLAKE2b(digestLength: 64)
    let message = Array("abc".utf8)
    state.update(message.raw)
    #expect(state.finish().array == abc)
  }

  @Test func `hashes of every length over three blocks are libsodium's`() {
    var random = SeededGenerator()
    for count in 0...390 {
      let message = random.bytes(count)
      #expect(sha512(message) == Sodium.sha512(message), "\(count) bytes, \(random.note)")
      #expect(blake2b32(message) == Sodium.blake2b(message, length: 32, key: []), "\(count) bytes")
    }
  }

  @Test func `hashes do not depend on how a message is cut`() {
    var random = SeededGenerator()
    for _ in 0..<200 {
      let message = random.bytes(Int.random(in: 0...600, using: &random))
      var sha = SHA512()
      var blake = BLAKE2b(digestLength: 32)
      var rest = message[...]
      while !rest.isEmpty {
        let piece = Array(rest.prefix(Int.random(in: 1...300, using: &random)))
        sha.update(piece.raw)
        blake.update(piece.raw)
        rest = rest.dropFirst(piece.count)
      }
      #expect(sha.finish().array == Sodium.sha512(message), random.note)
      #expect(Array(blake.finish().array.prefix(32)) == Sodium.blake2b(message, length: 32, key: []), random.note)
    }
  }

  @Test func `BLAKE2b with every length of key and of digest is libsodium's`() {
    var random = SeededGenerator()
    for count in 1...64 {
      for message in [[], random.bytes(1), random.bytes(128), random.bytes(129)] {
        let key = random.bytes(count)
        var keyed = BLAKE2b(key: key.raw, digestLength: count)
        keyed.update(message.raw)
        let digest = keyed.finish().array
        #expect(Array(digest.prefix(count)) == Sodium.blake2b(message, length: count, key: key), random.note)
        #expect(digest.dropFirst(count).allSatisfy { $0 == 0 })
        var plain = BLAKE2b(digestLength: count)
        plain.update(message.raw)
        #expect(Array(plain.finish().array.prefix(count)) == Sodium.blake2b(message, length: count, key: []))
      }
    }
  }
}
