import Handshake
import Messages
import Octets
import ProtocolVectors
import Testing

@Suite struct SentInitiationTests {
  let sides = Sides.first

  /// The first published handshake up to its response.
  func sent() throws -> SentInitiation { try #require(sides.begin()).state }

  @Test func `the initiations are the published ones up to MAC1`() throws {
    let first = try #require(Sides.first.begin(senderIndex: 0x0102_0304))
    #expect(first.message == Array(FirstHandshake.initiation.prefix(116)) + [UInt8](repeating: 0, count: 32))
    #expect(first.state.transcript.chainingKey.array == FirstHandshake.initiationChainAfterSS)
    #expect(first.state.transcript.hash.array == FirstHandshake.initiationHashAfterTimestamp)
    #expect(first.state.ephemeralPrivate.array == FirstHandshake.initiatorEphemeralPrivate)
    let second = try #require(Sides.second.begin(senderIndex: .max))
    #expect(second.message.prefix(116) == SecondHandshake.initiation.prefix(116))
  }

  @Test func `the sender index is left zero and the MACs untouched`() throws {
    let message = try #require(sides.begin(filler: 0xee)).message
    #expect(message[4..<8] == [0, 0, 0, 0])
    #expect(message[116...] == [UInt8](repeating: 0xee, count: 32)[...])
  }

  @Test func `an ephemeral seed counts as its clamped form`() throws {
    var sides = sides
    sides.initiatorSeed = Octets32(repeating: 0x33)
    let begun = try #require(sides.begin(senderIndex: 0x0102_0304))
    #expect(begun.message.prefix(116) == FirstHandshake.initiation.prefix(116))
  }

  @Test func `no handshake begins with a peer whose key has small order`() {
    for point in lowOrderPoints {
      let key = Octets32(exactly: point)
      #expect(sides.begin(to: key, staticStatic: sides.initiator.staticStatic(with: key)) == nil)
      // Even with a wrong static secret the agreement with the ephemeral is zero.
      #expect(sides.begin(to: key, staticStatic: Octets32(repeating: 1)) == nil)
    }
  }

  @Test func `no handshake begins with a static secret of zeros`() {
    #expect(sides.begin(to: sides.responder.publicKey, staticStatic: Octets32()) == nil)
  }

  @Test func `the published responses give the published keys`() throws {
    let first = try #require(sides.finish(sent(), FirstHandshake.response))
    #expect(first.sending.array == FirstHandshake.initiatorToResponderKey)
    #expect(first.receiving.array == FirstHandshake.responderToInitiatorKey)
    let begun = try #require(Sides.second.begin())
    let second = try #require(Sides.second.finish(begun.state, SecondHandshake.response))
    #expect(second.sending.array == SecondHandshake.initiatorToResponderKey)
    #expect(second.receiving.array == SecondHandshake.responderToInitiatorKey)
  }

  @Test func `a changed bit in the type, the ephemeral or the empty field makes a response fail`() throws {
    let sent = try sent()
    for bit in 0..<60 * 8 {
      // The indices are at 4..<12: no part of the transcript covers them.
      let accepted = (4..<12).contains(bit / 8)
      #expect((sides.finish(sent, flipped(FirstHandshake.response, bit: bit)) != nil) == accepted, "bit \(bit)")
    }
  }

  @Test func `a response that fails leaves the state as it was`() throws {
    let sent = try sent()
    for bit in [96, 352, 479] { #expect(sides.finish(sent, flipped(FirstHandshake.response, bit: bit)) == nil) }
    #expect(sides.finish(sent, FirstHandshake.response) != nil)
  }

  @Test func `a response with an ephemeral of small order fails`() throws {
    let sent = try sent()
    for point in lowOrderPoints {
      var response = FirstHandshake.response
      response.replaceSubrange(12..<44, with: point)
      #expect(sides.finish(sent, response) == nil)
    }
  }

  @Test func `a response of another length or type fails`() throws {
    let sent = try sent()
    let response = FirstHandshake.response
    for bytes in [
      Array(response.dropLast()), response + [0], [], Array(response.prefix(4)), FirstHandshake.initiation,
      CookieVectors.reply, TransportVectors.data,
    ] { #expect(sides.finish(sent, bytes) == nil) }
  }

  @Test func `another preshared key, on one side only, makes the response fail`() throws {
    let sent = try sent()
    var other = sides
    other.presharedKey = Octets32()
    #expect(other.finish(sent, FirstHandshake.response) == nil)
    for bit in [0, 100, 255] {
      other.presharedKey = Octets32(exactly: flipped(FirstHandshake.presharedKey, bit: bit))
      #expect(other.finish(sent, FirstHandshake.response) == nil)
    }
    let begun = try #require(Sides.second.begin())
    var second = Sides.second
    second.presharedKey = sides.presharedKey
    #expect(second.finish(begun.state, SecondHandshake.response) == nil)
  }

  @Test func `the response to another initiation fails`() throws {
    var other = sides
    other.initiatorSeed = Octets32(repeating: 0x34)
    #expect(other.finish(try #require(other.begin()).state, FirstHandshake.response) == nil)
    other = sides
    other.timestamp[11] ^= 1
    #expect(other.finish(try #require(other.begin()).state, FirstHandshake.response) == nil)
    other = sides
    other.initiator = sides.responder
    #expect(other.finish(try sent(), FirstHandshake.response) == nil)
  }

  @Test func `wiped states and keys are zero`() throws {
    var sent = try sent()
    var keys = try #require(sides.finish(sent, FirstHandshake.response))
    sent.wipe()
    keys.wipe()
    #expect(isZero(sent) && isZero(keys))
  }
}
