import Cryptography
import Octets
import Testing

@Suite struct X25519Tests {
  @Test(
    arguments: [
      (
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
      ),
      (
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
      ),
    ])
  func `products are those of RFC 7748 section 5-2`(_ scalar: String, _ point: String, _ product: String) {
    #expect(agree(hex(scalar), hex(point)) == hex(product))
  }

  @Test func `iterated products are those of RFC 7748 section 5-2`() throws {
    var scalar: [UInt8] = [9] + [UInt8](repeating: 0, count: 31)
    var point = scalar
    for round in 1...(isLongRun ? 1_000_000 : 1000) {
      let product = try #require(agree(scalar, point))
      (point, scalar) = (scalar, product)
      switch round {
      case 1:
        #expect(hex(scalar) == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")
      case 1000:
        #expect(hex(scalar) == "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")
      case 1_000_000:
        #expect(hex(scalar) == "7c3911e0ab2586fd864497297e575e6f3bc601c0883c30df5f4dd2d24f665424")
      default:
        break
      }
    }
  }

  @Test func `both ends of RFC 7748 section 6-1 agree`() {
    let alice = hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    let bob = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb")
    let alicePublic = publicKey(alice)
    let bobPublic = publicKey(bob)
    #expect(hex(alicePublic) == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
    #expect(hex(bobPublic) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
    let shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    #expect(agree(alice, bobPublic) == shared)
    #expect(agree(bob, alicePublic) == shared)
  }

  @Test func `random products are those of libsodium`() {
    var random = SeededGenerator()
    for _ in 0..<(isLongRun ? 20_000 : 500) {
      let scalar = random.bytes(32)
      let point = random.bytes(32)
      #expect(agree(scalar, point) == Sodium.agree(scalar, point), "\(random.note)")
    }
  }

  /// X must refuse a product that an attacker chose; otherwise a handshake would go on with a known secret.
  @Test(
    arguments: [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
      "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
  func `a point of small order agrees on nothing`(_ point: String) {
    var random = SeededGenerator()
    let scalar = random.bytes(32)
    var bytes = hex(point)
    #expect(agree(scalar, bytes) == nil, "\(random.note)")
    bytes[31] |= 0x80
    #expect(agree(scalar, bytes) == nil, "with the top bit set: \(random.note)")
  }

  @Test func `clamping clears three bits and the top one and sets the one below`() {
    var key = Octets32(repeating: 0xff)
    X25519.clamp(&key)
    #expect(hex(key.array) == "f8" + String(repeating: "ff", count: 30) + "7f")
    key = Octets32()
    X25519.clamp(&key)
    #expect(hex(key.array) == String(repeating: "00", count: 31) + "40")
  }

  @Test func `an unclamped private key is the clamped one`() {
    var random = SeededGenerator()
    let loose = random.bytes(32)
    var clamped = Octets32(loose.raw)
    X25519.clamp(&clamped)
    #expect(publicKey(loose) == publicKey(clamped.array), "\(random.note)")
  }

  @Test func `numbers at and around the prime are reduced as libsodium reduces them`() {
    var random = SeededGenerator()
    for low in UInt8(0xe0)...0xff {
      let scalar = random.bytes(32)
      let point = [low] + [UInt8](repeating: 0xff, count: 30) + [0x7f]
      #expect(agree(scalar, point) == Sodium.agree(scalar, point), "\(low) \(random.note)")
    }
  }
}
