import Cryptography
import Handshake
import Messages
import Octets
import ProtocolVectors
import Testing

@Suite struct IdentifiedInitiationTests {
  let sides = Sides.first
  let initiation = FirstHandshake.initiation

  @Test func `the published initiations identify and authenticate their sender`() throws {
    let first = try #require(sides.identify(initiation))
    #expect(first.remoteStatic.array == FirstHandshake.initiatorPublic)
    #expect(first.senderIndex == 0x0102_0304)
    #expect(first.transcript.chainingKey.array == FirstHandshake.initiationChainAfterES)
    #expect(first.transcript.hash.array == FirstHandshake.initiationHashAfterStatic)
    let proved = try #require(sides.authenticate(initiation))
    #expect(proved.timestamp.array == FirstHandshake.timestamp)
    #expect(proved.remoteStatic == first.remoteStatic && proved.senderIndex == first.senderIndex)
    #expect(proved.remoteEphemeral.array == FirstHandshake.initiatorEphemeralPublic)
    #expect(proved.transcript.chainingKey.array == FirstHandshake.initiationChainAfterSS)
    #expect(proved.transcript.hash.array == FirstHandshake.initiationHashAfterTimestamp)

    let second = try #require(Sides.second.authenticate(SecondHandshake.initiation))
    #expect(second.timestamp.array == SecondHandshake.timestamp)
    #expect(second.senderIndex == .max)
  }

  @Test func `a changed bit in the type, the ephemeral or the static field makes identification fail`() {
    for bit in 0..<88 * 8 {
      // Only the sender index is covered by nothing but the MACs. The top bit of the ephemeral is not among the
      // exceptions: agreement ignores it, the transcript does not.
      let accepted = (4..<8).contains(bit / 8)
      #expect((sides.identify(flipped(initiation, bit: bit)) != nil) == accepted, "bit \(bit)")
    }
  }

  @Test func `a changed bit in the timestamp makes authentication fail, and none in the MACs does`() throws {
    for bit in 88 * 8..<148 * 8 {
      let accepted = bit / 8 >= 116
      #expect((sides.authenticate(flipped(initiation, bit: bit)) != nil) == accepted, "bit \(bit)")
    }
  }

  @Test func `a changed sender index is accepted and is what the response will name`() throws {
    let changed = flipped(initiation, bit: 4 * 8)
    let state = try #require(sides.authenticate(changed))
    #expect(state.senderIndex == 0x0102_0305)
    let response = try #require(sides.respond(to: state)).message
    #expect(response.read { Response.receiverIndex(of: $0) } == 0x0102_0305)
  }

  @Test func `an ephemeral of small order makes identification fail`() {
    for point in lowOrderPoints {
      var message = initiation
      message.replaceSubrange(8..<40, with: point)
      #expect(sides.identify(message) == nil)
    }
  }

  @Test func `an initiation to another responder is not identified`() {
    var other = sides
    other.responder = sides.initiator
    #expect(other.identify(initiation) == nil)
    #expect(Sides.second.identify(initiation) == nil)
  }

  @Test func `an initiation of another length or type is not identified and does not authenticate`() throws {
    let identified = try #require(sides.identify(initiation))
    for bytes in [
      Array(initiation.dropLast()), initiation + [0], [], Array(initiation.prefix(4)), FirstHandshake.response,
      CookieVectors.reply, TransportVectors.data,
    ] {
      #expect(sides.identify(bytes) == nil)
      let proved = identified.authenticate(bytes.rawSpan, staticStatic: sides.staticStatic)
      #expect(proved == nil)
    }
  }

  @Test func `a static secret of zeros or of another peer does not authenticate`() throws {
    let identified = try #require(sides.identify(initiation))
    for secret in [Octets32(), Octets32(repeating: 1), Octets32(exactly: SecondHandshake.ss)] {
      let proved = identified.authenticate(initiation.rawSpan, staticStatic: secret)
      #expect(proved == nil)
    }
  }

  @Test func `the timestamp of another initiation does not authenticate`() throws {
    var later = sides
    later.timestamp[7] &+= 1
    later.initiatorSeed = Octets32(repeating: 9)
    let other = try #require(later.begin()).message
    let spliced = Array(initiation.prefix(88)) + other[88...]
    #expect(sides.identify(spliced) != nil)
    #expect(sides.authenticate(spliced) == nil)
    let identified = try #require(sides.identify(initiation))
    let proved = identified.authenticate(other.rawSpan, staticStatic: sides.staticStatic)
    #expect(proved == nil)
  }

  @Test func `who claims a static key of small order is identified, but never authenticated`() throws {
    for point in lowOrderPoints {
      // The sender does everything right for its point: the static secret both sides would share is zero.
      var message = initiation
      var transcript = Transcript(responder: sides.responder.publicKey)
      transcript.mix(ephemeral: Octets32(exactly: FirstHandshake.initiatorEphemeralPublic))
      var key = Octets32()
      let es = FirstHandshake.es
      let zero = [UInt8](repeating: 0, count: 32)
      transcript.mix(es.rawSpan, deriving: &key)
      let timestamp = FirstHandshake.timestamp
      message.write { span in
        transcript.seal(point.rawSpan, key: key.bytes, into: &span, at: Initiation.sealedStaticOffset)
        transcript.mix(zero.rawSpan, deriving: &key)
        transcript.seal(timestamp.rawSpan, key: key.bytes, into: &span, at: Initiation.sealedTimestampOffset)
      }
      #expect(try #require(sides.identify(message)).remoteStatic.array == point)
      #expect(sides.authenticate(message) == nil)
    }
  }

  @Test func `wiped states are zero`() throws {
    var identified = try #require(sides.identify(initiation))
    var proved = try #require(sides.authenticate(initiation))
    identified.wipe()
    proved.wipe()
    #expect(isZero(identified) && isZero(proved))
  }
}
