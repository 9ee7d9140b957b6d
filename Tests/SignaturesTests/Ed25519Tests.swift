import Octets
import Signatures
import Testing

struct Ed25519Tests {
  /// RFC 8032 §7.1, tests 1, 2, 3 and SHA(abc): seed, public key, message, signature.
  static let vectors: [(seed: String, key: String, message: String, signature: String)] = [
    (
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        + "655141438e7a100b"
    ),
    (
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        + "b00d291612bb0c00"
    ),
    (
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        + "c027beceea1ec40a"
    ),
  ]

  /// The eight points of small order, and the forms of them that are not canonical: y of 0, 1, −1 and two more, also plus
  /// the prime, with either sign.
  static let smallOrder: [[UInt8]] = {
    let ys = [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ].map(hex)
    return ys + ys.map { $0.dropLast() + [$0[31] | 0x80] }
  }()

  /// The order of the base point.
  static let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")

  @Test func `the vectors of RFC 8032 verify`() {
    for vector in Self.vectors {
      let pair = Sodium.keyPair(seed: hex(vector.seed))
      #expect(pair.publicKey == hex(vector.key))
      #expect(Sodium.sign(hex(vector.message), pair.secretKey) == hex(vector.signature))
      #expect(verify(hex(vector.signature), hex(vector.message), hex(vector.key)))
    }
  }

  @Test func `what libsodium signs verifies, and nothing else does`() {
    var random = SeededGenerator()
    for round in 0..<40 {
      let pair = Sodium.keyPair(seed: random.bytes(32))
      let message = random.bytes(round * 7)
      let signature = Sodium.sign(message, pair.secretKey)
      #expect(verify(signature, message, pair.publicKey), random.note)
      #expect(!verify(signature, message + [0], pair.publicKey), random.note)
      for _ in 0..<10 {
        var changed = signature
        changed[Int.random(in: 0..<64, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        #expect(!verify(changed, message, pair.publicKey), random.note)
        var key = pair.publicKey
        key[Int.random(in: 0..<32, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        #expect(!verify(signature, message, key), random.note)
      }
    }
  }

  @Test func `every one of the 512 bits of a signature counts`() {
    let vector = Self.vectors[1]
    for bit in 0..<512 {
      var signature = hex(vector.signature)
      signature[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!verify(signature, hex(vector.message), hex(vector.key)), "bit \(bit)")
    }
  }

  @Test func `S plus the order, S of the order and S of all ones are refused`() {
    let vector = Self.vectors[2]
    let signature = hex(vector.signature)
    var sum = signature
    var carry = 0
    for i in 0..<32 {
      carry += Int(signature[32 + i]) + Int(Self.order[i])
      sum[32 + i] = UInt8(carry & 255)
      carry >>= 8
    }
    #expect(!verify(sum, hex(vector.message), hex(vector.key)))
    #expect(!verify(signature.prefix(32) + Self.order, hex(vector.message), hex(vector.key)))
    #expect(!verify(signature.prefix(32) + [UInt8](repeating: 255, count: 32), hex(vector.message), hex(vector.key)))
  }

  @Test func `keys and R of small order are refused in every form`() {
    let zero = [UInt8](repeating: 0, count: 32)
    var one = zero
    one[0] = 1
    var last = Self.order
    last[0] -= 1
    let good = Sodium.keyPair(seed: one).publicKey
    for key in Self.smallOrder + [good] {
      for r in Self.smallOrder {
        for s in [zero, one, last] {
          for message: [UInt8] in [[], [1], [2], [3], [4], [5], [6], [7]] {
            #expect(!verify(r + s, message, key))
          }
        }
      }
    }
  }

  @Test func `a key or an R with a part of small order is judged by the equation without the cofactor`() {
    var random = SeededGenerator()
    let torsion = Self.smallOrder[2]
    for _ in 0..<20 {
      let a = Sodium.reduce(random.bytes(64))
      let r = Sodium.reduce(random.bytes(64))
      let message = random.bytes(20)
      let keys = [Sodium.multiple(a), Sodium.sum(Sodium.multiple(a), torsion)]
      let rs = [Sodium.multiple(r), Sodium.sum(Sodium.multiple(r), torsion)]
      for key in keys {
        for point in rs {
          let h = Sodium.reduce(Sodium.sha512(point + key + message))
          let signature = point + Sodium.multiplyAdd(h, a, r)
          #expect(verify(signature, message, key) == Sodium.verify(signature, message, key), random.note)
        }
      }
      // The one without such parts is valid, so that the comparison is not of refusals only.
      let h = Sodium.reduce(Sodium.sha512(rs[0] + keys[0] + message))
      #expect(verify(rs[0] + Sodium.multiplyAdd(h, a, r), message, keys[0]), random.note)
      // R moved off by a point of order eight satisfies the equation with the cofactor only.
      let moved = Sodium.reduce(Sodium.sha512(rs[1] + keys[0] + message))
      #expect(!verify(rs[1] + Sodium.multiplyAdd(moved, a, r), message, keys[0]), random.note)
    }
  }

  @Test func `keys that are no point, or not in their one form, are refused as libsodium does`() {
    let signature = hex(Self.vectors[0].signature)
    // Half of all y have no x.
    for y: UInt8 in 2..<60 {
      let key = [y] + [UInt8](repeating: 0, count: 31)
      #expect(verify(signature, [], key) == Sodium.verify(signature, [], key))
    }
    // y between the prime and 2^255: the 19 numbers that have two forms.
    for low in 0xed...0xff {
      for top: UInt8 in [0x7f, 0xff] {
        let key = [UInt8(low)] + [UInt8](repeating: 255, count: 30) + [top]
        #expect(!verify(signature, [], key))
        #expect(!Sodium.verify(signature, [], key))
      }
    }
  }
}
