import Cryptography
import Handshake
import Octets
import ProtocolVectors
import Testing

/// Every printed intermediate value, step by step, as the initiator computes them.
@Suite struct TranscriptTests {
  @Test func `the constants are the hashes of the published strings`() {
    let construction = Array("Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s".utf8)
    let identifier = Array("WireGuard v1 zx2c4 Jason@zx2c4.com".utf8)
    let c0 = BLAKE2s.hash(construction.rawSpan)
    #expect(c0.array == FirstHandshake.constructionHash)
    let h0 = BLAKE2s.hash(c0.bytes, identifier.rawSpan)
    #expect(h0.array == FirstHandshake.identifierHash)
    let key = Octets32(repeating: 5)
    let transcript = Transcript(responder: key)
    #expect(transcript.chainingKey == c0)
    #expect(transcript.hash == BLAKE2s.hash(h0.bytes, key.bytes))
  }

  @Test func `the initiation goes through the published values`() {
    var transcript = Transcript(responder: Octets32(exactly: FirstHandshake.responderPublic))
    #expect(transcript.hash.array == FirstHandshake.initiationHashAfterStaticKey)
    transcript.mix(ephemeral: Octets32(exactly: FirstHandshake.initiatorEphemeralPublic))
    #expect(transcript.chainingKey.array == FirstHandshake.initiationChainAfterEphemeral)
    #expect(transcript.hash.array == FirstHandshake.initiationHashAfterEphemeral)

    let ephemeral = FirstHandshake.initiatorEphemeralPrivate
    let remote = FirstHandshake.responderPublic
    #expect(X25519.agree(ephemeral, remote) == FirstHandshake.es)
    var key = Octets32()
    let agreed = transcript.mix(agreementOf: ephemeral.rawSpan, with: remote.rawSpan, deriving: &key)
    #expect(agreed)
    #expect(transcript.chainingKey.array == FirstHandshake.initiationChainAfterES)
    #expect(key.array == FirstHandshake.initiationKeyForStatic)

    #expect(seal(FirstHandshake.initiatorPublic, key, &transcript) == FirstHandshake.sealedStatic)
    #expect(transcript.hash.array == FirstHandshake.initiationHashAfterStatic)

    #expect(X25519.agree(FirstHandshake.initiatorPrivate, remote) == FirstHandshake.ss)
    let ss = FirstHandshake.ss
    transcript.mix(ss.rawSpan, deriving: &key)
    #expect(transcript.chainingKey.array == FirstHandshake.initiationChainAfterSS)
    #expect(key.array == FirstHandshake.initiationKeyForTimestamp)

    #expect(seal(FirstHandshake.timestamp, key, &transcript) == FirstHandshake.sealedTimestamp)
    #expect(transcript.hash.array == FirstHandshake.initiationHashAfterTimestamp)
  }

  @Test func `the response goes through the published values`() {
    var transcript = Transcript(
      chainingKey: Octets32(exactly: FirstHandshake.initiationChainAfterSS),
      hash: Octets32(exactly: FirstHandshake.initiationHashAfterTimestamp))
    transcript.mix(ephemeral: Octets32(exactly: FirstHandshake.responderEphemeralPublic))
    #expect(transcript.chainingKey.array == FirstHandshake.responseChainAfterEphemeral)
    #expect(transcript.hash.array == FirstHandshake.responseHashAfterEphemeral)

    let remote = FirstHandshake.responderEphemeralPublic
    let ephemeral = FirstHandshake.initiatorEphemeralPrivate
    let own = FirstHandshake.initiatorPrivate
    #expect(X25519.agree(ephemeral, remote) == FirstHandshake.ee)
    let ee = transcript.mix(agreementOf: ephemeral.rawSpan, with: remote.rawSpan)
    #expect(ee)
    #expect(transcript.chainingKey.array == FirstHandshake.responseChainAfterEE)
    #expect(X25519.agree(own, remote) == FirstHandshake.se)
    let se = transcript.mix(agreementOf: own.rawSpan, with: remote.rawSpan)
    #expect(se)
    #expect(transcript.chainingKey.array == FirstHandshake.responseChainAfterSE)

    var key = Octets32()
    let presharedKey = FirstHandshake.presharedKey
    let outputs = HKDF.three(key: transcript.chainingKey.bytes, presharedKey.rawSpan)
    #expect(outputs.1.array == FirstHandshake.tau)
    transcript.mix(presharedKey: presharedKey.rawSpan, deriving: &key)
    #expect(transcript.chainingKey.array == FirstHandshake.responseChainAfterPSK)
    #expect(key.array == FirstHandshake.responseKey)
    #expect(transcript.hash.array == FirstHandshake.responseHashAfterTau)

    #expect(seal([], key, &transcript) == FirstHandshake.sealedEmpty)
    #expect(transcript.hash.array == FirstHandshake.responseHashFinal)

    var one = Octets32()
    var two = Octets32()
    transcript.split(initiator: &one, responder: &two)
    #expect(one.array == FirstHandshake.initiatorToResponderKey)
    #expect(two.array == FirstHandshake.responderToInitiatorKey)
  }

  @Test func `opening walks through the same values as sealing`() {
    var transcript = Transcript(
      chainingKey: Octets32(exactly: FirstHandshake.initiationChainAfterES),
      hash: Octets32(exactly: FirstHandshake.initiationHashAfterEphemeral))
    let key = Octets32(exactly: FirstHandshake.initiationKeyForStatic)
    var opened = Octets32()
    let sealed = FirstHandshake.sealedStatic
    let right = transcript.open(sealed.rawSpan, key: key.bytes, into: &opened)
    #expect(right)
    #expect(opened.array == FirstHandshake.initiatorPublic)
    #expect(transcript.hash.array == FirstHandshake.initiationHashAfterStatic)
  }

  @Test func `a failed step changes nothing`() {
    let before = Transcript(responder: Octets32(repeating: 5))
    var transcript = before
    var key = Octets32(repeating: 6)
    let secret = FirstHandshake.initiatorPrivate
    for point in lowOrderPoints {
      let first = transcript.mix(agreementOf: secret.rawSpan, with: point.rawSpan)
      let second = transcript.mix(agreementOf: secret.rawSpan, with: point.rawSpan, deriving: &key)
      #expect(!first && !second)
    }
    var opened = Octets32(repeating: 7)
    let sealed = FirstHandshake.sealedStatic
    let right = transcript.open(sealed.rawSpan, key: key.bytes, into: &opened)
    #expect(!right)
    #expect(transcript.hash == before.hash && transcript.chainingKey == before.chainingKey)
    #expect(key == Octets32(repeating: 6) && opened == Octets32(repeating: 7))
  }

  func seal(_ plaintext: [UInt8], _ key: Octets32, _ transcript: inout Transcript) -> [UInt8] {
    var message = [UInt8](repeating: 0xee, count: plaintext.count + 24)
    message.write { transcript.seal(plaintext.rawSpan, key: key.bytes, into: &$0, at: 4) }
    #expect(message.prefix(4) == [0xee, 0xee, 0xee, 0xee] && message.suffix(4) == [0xee, 0xee, 0xee, 0xee])
    return Array(message.dropFirst(4).dropLast(4))
  }
}

extension X25519 {
  static func agree(_ privateKey: [UInt8], _ publicKey: [UInt8]) -> [UInt8]? {
    agree(privateKey.rawSpan, publicKey.rawSpan)?.array
  }
}
