import Cryptography
import Handshake
import Messages
import Octets
import ProtocolVectors
import TestStorage
import Testing

@Suite struct HandshakeTests {
  /// Both sides' keys after all steps, or nil when any failed.
  func complete(_ initiator: Sides, _ responder: Sides) -> (initiator: SessionKeys, responder: SessionKeys)? {
    guard let begun = initiator.begin(), let state = responder.authenticate(begun.message),
      let answer = responder.respond(to: state), let keys = initiator.finish(begun.state, answer.message)
    else { return nil }
    return (keys, answer.keys)
  }

  @Test(arguments: 1...24 as ClosedRange<UInt64>)
  func `two random identities get the same keys, crossed`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var sides = Sides.random(&random)
    // Every other handshake has a preshared key.
    if seed % 2 == 0 { sides.presharedKey = random.octets() }
    let keys = try #require(complete(sides, sides), "seed \(seed)")
    #expect(keys.initiator.sending == keys.responder.receiving)
    #expect(keys.initiator.receiving == keys.responder.sending)
    #expect(keys.initiator.sending != keys.initiator.receiving)
  }

  @Test(arguments: 1...8 as ClosedRange<UInt64>)
  func `with different preshared keys the initiator refuses the response`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let initiator = Sides.random(&random)
    var responder = initiator
    responder.presharedKey = random.octets()
    #expect(complete(initiator, initiator) != nil, "seed \(seed)")
    #expect(complete(initiator, responder) == nil, "seed \(seed)")
    #expect(complete(responder, initiator) == nil, "seed \(seed)")
  }

  @Test func `another ephemeral on either side gives other keys`() throws {
    var random = SeededGenerator(seed: 99)
    let sides = Sides.random(&random)
    let keys = try #require(complete(sides, sides))
    var other = sides
    other.initiatorSeed = random.octets()
    #expect(try #require(complete(other, other)).initiator.sending != keys.initiator.sending)
    other = sides
    other.responderSeed = random.octets()
    #expect(try #require(complete(other, other)).initiator.sending != keys.initiator.sending)
  }

  @Test func `a wrong guess of the responder's key ends at the first message`() throws {
    var random = SeededGenerator(seed: 7)
    let sides = Sides.random(&random)
    let wrong = try #require(Identity(privateKey: random.octets()))
    let begun = try #require(
      sides.begin(to: wrong.publicKey, staticStatic: sides.initiator.staticStatic(with: wrong.publicKey)))
    #expect(sides.identify(begun.message) == nil)
  }

  @Test func `who knows only the public keys cannot authenticate as the initiator`() throws {
    var random = SeededGenerator(seed: 8)
    let sides = Sides.random(&random)
    var forger = sides
    forger.initiator = try #require(Identity(privateKey: random.octets()))
    let genuine = try #require(sides.begin()).message
    // The forger runs the protocol with its own key and puts the victim's into the static field by splicing.
    let forged = try #require(forger.begin()).message
    #expect(sides.authenticate(Array(forged.prefix(40)) + genuine[40..<88] + forged[88...]) == nil)
    #expect(sides.authenticate(Array(genuine.prefix(88)) + forged[88...]) == nil)
  }

  @Test func `the keys of the first handshake open its published keepalive and data`() throws {
    let sides = Sides.first
    let state = try #require(sides.authenticate(FirstHandshake.initiation))
    let keys = try #require(sides.respond(to: state)).keys
    #expect(open(TransportVectors.keepalive, counter: 0, keys.receiving) == [])
    #expect(open(TransportVectors.data, counter: 1, keys.receiving) == TransportVectors.packet)
    #expect(open(TransportVectors.data, counter: 1, keys.sending) == nil)
  }

  func open(_ message: [UInt8], counter: UInt64, _ key: Octets32) -> [UInt8]? {
    var plaintext = [UInt8](repeating: 0, count: message.count - DataMessage.overheadByteCount)
    let none = [UInt8]()
    let opened = plaintext.write {
      ChaCha20Poly1305.open(
        key: key.bytes, counter: counter, ciphertext: DataMessage.sealedPacket(of: message.rawSpan),
        additional: none.rawSpan, into: &$0, at: 0)
    }
    return opened ? plaintext : nil
  }
}
