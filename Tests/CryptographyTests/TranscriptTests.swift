import Cryptography
import Octets
import Testing

/// One handshake, its transport packets and a cookie reply, step by step; the values come from a model of the protocol
/// that shares no code with this package and has talked to another implementation.
@Suite struct TranscriptTests {
  private let initiatorStatic = hex("1011111111111111111111111111111111111111111111111111111111111151")
  private let responderStatic = hex("2022222222222222222222222222222222222222222222222222222222222262")
  private let initiatorEphemeral = hex("3033333333333333333333333333333333333333333333333333333333333373")
  private let responderEphemeral = hex("4044444444444444444444444444444444444444444444444444444444444444")
  private let initiatorIdentity = hex("7b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13")
  private let responderIdentity = hex("0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20")

  /// Chaining key, transcript hash and the last temporary key.
  private struct Symmetric {
    var chain: [UInt8]
    var transcript: [UInt8]
    var key: [UInt8] = []

    mutating func mixHash(_ bytes: [UInt8]) {
      transcript = blake2s(transcript + bytes)
    }

    mutating func mixKey(_ input: [UInt8], outputs: Int) {
      let derived = hkdf(chain, input)
      chain = derived[0]
      if outputs == 2 { key = derived[1] }
    }

    mutating func sealAndMix(_ plaintext: [UInt8]) -> [UInt8] {
      let sealed = seal(key, nonce: [UInt8](repeating: 0, count: 12), plaintext, additional: transcript)
      mixHash(sealed)
      return sealed
    }
  }

  private func beginning() -> Symmetric {
    let chain = blake2s([UInt8]("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s".utf8))
    let transcript = blake2s(chain + [UInt8]("WireGuard v1 zx2c4 Jason@zx2c4.com".utf8))
    return Symmetric(chain: chain, transcript: transcript)
  }

  private func initiated() throws -> (Symmetric, sealedStatic: [UInt8], sealedTimestamp: [UInt8]) {
    var state = beginning()
    state.mixHash(responderIdentity)
    state.mixHash(publicKey(initiatorEphemeral))
    state.mixKey(publicKey(initiatorEphemeral), outputs: 1)
    state.mixKey(try #require(agree(initiatorEphemeral, responderIdentity)), outputs: 2)
    let sealedStatic = state.sealAndMix(initiatorIdentity)
    state.mixKey(try #require(agree(initiatorStatic, responderIdentity)), outputs: 2)
    let sealedTimestamp = state.sealAndMix(hex("400000006553f10a00000000"))
    return (state, sealedStatic, sealedTimestamp)
  }

  @Test func `the constants of the protocol hash to the known values`() {
    let state = beginning()
    #expect(hex(state.chain) == "60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36")
    #expect(hex(state.transcript) == "2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3")
  }

  @Test func `public keys are the known ones`() {
    #expect(publicKey(initiatorStatic) == initiatorIdentity)
    #expect(publicKey(responderStatic) == responderIdentity)
    #expect(
      hex(publicKey(initiatorEphemeral)) == "7b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b14")
    #expect(
      hex(publicKey(responderEphemeral)) == "ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b")
  }

  @Test func `an initiation is made of the known values`() throws {
    #expect(
      try hex(#require(agree(initiatorEphemeral, responderIdentity)))
        == "1fdc192faa0212a9aae7bb4f41b580227fd5ad3e5d777faae230dfe973f3e805")
    #expect(
      try hex(#require(agree(responderStatic, initiatorIdentity)))
        == "9e004098efc091d4ec2663b4e9f5cfd4d7064571690b4bea97ab146ab9f35056")
    let (state, sealedStatic, sealedTimestamp) = try initiated()
    #expect(
      hex(sealedStatic)
        == "81e498317da959fba46669572516a5e6c021bfa620bb6c56ca0082e1feae14988c2c64d024c617734a263f76a008df04")
    #expect(hex(sealedTimestamp) == "d0f94bad8ee75ec8e1c26955d72d5dc0a3c87d5e6db7cf66723bf09d")
    #expect(hex(state.chain) == "24eca314409f2ca9ccbf8d50ebb72b7235d67ed11b21eeefc67942a2596df51e")
    #expect(hex(state.key) == "92253228a5a30c72e5f4784c782d1608295ed7c6a63dcc7182edb732af95397d")
    #expect(hex(state.transcript) == "b0368334516a0c37bb427da21337d3cf12bf1273783d82f9a35a329065efa39b")

    let macKey = blake2s([UInt8]("mac1----".utf8) + responderIdentity)
    #expect(hex(macKey) == "2b14c2a1d73fe52519772891d6df632bd2408279e87eb80c61bc395fccadf4a6")
    let message =
      hex("0100000004030201") + publicKey(initiatorEphemeral) + sealedStatic + sealedTimestamp
    let mac = BLAKE2s.mac16(key: macKey.raw, message.raw)
    #expect(hex(mac.array) == "cbc0595bbe37451384922dda1f532802")
  }

  @Test func `a response and its transport keys are the known values`() throws {
    var state = try initiated().0
    let ephemeral = publicKey(responderEphemeral)
    state.mixHash(ephemeral)
    state.mixKey(ephemeral, outputs: 1)
    #expect(hex(state.chain) == "e69442b26039a82bc5f4b4cc3ce6b0f8a8c7aaf7fe1df911a133ca3ce5daa335")
    state.mixKey(try #require(agree(responderEphemeral, publicKey(initiatorEphemeral))), outputs: 1)
    #expect(hex(state.chain) == "ec0fb147ebffc2fa145fb7e1b2f153349956a5d421cb51baa92422b456e625f3")
    state.mixKey(try #require(agree(responderEphemeral, initiatorIdentity)), outputs: 1)
    #expect(hex(state.chain) == "396dd574304e4d53ebf291e46fe95ae3b47aa5b346c7f74692b8d3757016d4ef")
    let derived = hkdf(state.chain, [UInt8](repeating: 0x55, count: 32))
    #expect(hex(derived[1]) == "bb21f95b6d2d39e2ba8a750bdb4a6d7e06fd15745aca74e5888267cb23558167")
    state.chain = derived[0]
    state.mixHash(derived[1])
    state.key = derived[2]
    #expect(hex(state.sealAndMix([])) == "198e29bc3985289f6641bb77a0f6d7d5")
    #expect(hex(state.transcript) == "ceec4453e56c1e38cea029a899a624369399e400f7d7f1286c695ee9438bdd49")
    let keys = hkdf(state.chain, [])
    #expect(hex(keys[0]) == "a007faf842d83f5bd3be20a14e0ffcec34c84867b78b051980602713205922de")
    #expect(hex(keys[1]) == "d982d5cd10d34a7802b6c19fa441cd9164d70e4f4d62007ab416879ee8bd1b99")
  }

  @Test(arguments: KernelUnderTest.all)
  func `transport packets are the known bytes`(_ kernel: KernelUnderTest) {
    let key = hex("a007faf842d83f5bd3be20a14e0ffcec34c84867b78b051980602713205922de")
    let keepalive = hex("040000000d0c0b0a0000000000000000")
    #expect(
      hex(kernel.seal(key, 0, keepalive + [UInt8](repeating: 0, count: 16), at: 16, length: 0))
        == "040000000d0c0b0a0000000000000000f1bce9fd9651b3f6b50c00179cbd1e01")
    let data =
      hex("040000000d0c0b0a0100000000000000")
      + hex("4500001500000000401100000a0000020a000001410000000000000000000000")
    #expect(
      hex(kernel.seal(key, 1, data + [UInt8](repeating: 0, count: 16), at: 16, length: 32))
        == "040000000d0c0b0a01000000000000008d1cd7bfb3b14856579c13ab44d0ffa2"
        + "e8eae65859ca49388cb3bce881b378114d4ba1428ad09823501d1ce585e4ccd4")
  }

  @Test func `a cookie and its reply are the known values`() {
    let secret = [UInt8](repeating: 0x66, count: 32)
    let source: [UInt8] = [192, 0, 2, 1, 0xca, 0x6c]
    let cookie = BLAKE2s.mac16(key: secret.raw, source.raw).array
    #expect(hex(cookie) == "0da54ebfa83089e16a06e54293a58209")
    let key = blake2s([UInt8]("cookie--".utf8) + responderIdentity)
    #expect(hex(key) == "f38243a909cf26b7ec109798fd3dfdbdb7592367db444819154f6582389fdc1b")
    let sealed = extendedSeal(
      key, nonce: [UInt8](repeating: 0x77, count: 24), cookie, additional: hex("cbc0595bbe37451384922dda1f532802"))
    #expect(hex(sealed) == "2cd93e962dd62def62b6bdc519db3e41b09544179c343d11fa9485c854be8fbf")

    let initiation = hex(
      """
      01000000040302017b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b1481e498317da959fb
      a46669572516a5e6c021bfa620bb6c56ca0082e1feae14988c2c64d024c617734a263f76a008df04d0f94bad8ee75ec8
      e1c26955d72d5dc0a3c87d5e6db7cf66723bf09dcbc0595bbe37451384922dda1f532802
      """)
    let mac = BLAKE2s.mac16(key: cookie.raw, initiation.raw)
    #expect(hex(mac.array) == "8d2fe9fd602b867f069e4276f3db460e")
  }
}
