import Handshake
import Messages
import Octets
import ProtocolVectors
import Testing

@Suite struct AuthenticatedInitiationTests {
  let sides = Sides.first

  @Test func `the responses are the published ones up to MAC1, and so are the keys`() throws {
    let proved = try #require(sides.authenticate(FirstHandshake.initiation))
    let first = try #require(sides.respond(to: proved, senderIndex: 0x0a0b_0c0d))
    #expect(first.message == Array(FirstHandshake.response.prefix(60)) + [UInt8](repeating: 0, count: 32))
    #expect(first.keys.sending.array == FirstHandshake.responderToInitiatorKey)
    #expect(first.keys.receiving.array == FirstHandshake.initiatorToResponderKey)

    let state = try #require(Sides.second.authenticate(SecondHandshake.initiation))
    let second = try #require(Sides.second.respond(to: state))
    #expect(second.message.prefix(60) == SecondHandshake.response.prefix(60))
    #expect(second.keys.sending.array == SecondHandshake.responderToInitiatorKey)
    #expect(second.keys.receiving.array == SecondHandshake.initiatorToResponderKey)
  }

  @Test func `the sender index is left zero and the MACs untouched`() throws {
    let state = try #require(sides.authenticate(FirstHandshake.initiation))
    let message = try #require(sides.respond(to: state, filler: 0xee)).message
    #expect(message[4..<8] == [0, 0, 0, 0])
    #expect(message[60...] == [UInt8](repeating: 0xee, count: 32)[...])
  }

  @Test func `an ephemeral seed counts as its clamped form`() throws {
    var sides = sides
    sides.responderSeed = Octets32(repeating: 0x44)
    sides.responderSeed[31] = 0xc4
    sides.responderSeed[0] = 0x47
    let state = try #require(sides.authenticate(FirstHandshake.initiation))
    #expect(try #require(sides.respond(to: state)).message[12..<44] == FirstHandshake.response[12..<44])
  }

  @Test func `no response to a key of small order, ephemeral or static`() throws {
    let state = try #require(sides.authenticate(FirstHandshake.initiation))
    for point in lowOrderPoints {
      let key = Octets32(exactly: point)
      let ephemeral = AuthenticatedInitiation(
        timestamp: state.timestamp, remoteStatic: state.remoteStatic, senderIndex: 1, remoteEphemeral: key,
        transcript: state.transcript)
      #expect(sides.respond(to: ephemeral) == nil)
      let fixed = AuthenticatedInitiation(
        timestamp: state.timestamp, remoteStatic: key, senderIndex: 1, remoteEphemeral: state.remoteEphemeral,
        transcript: state.transcript)
      #expect(sides.respond(to: fixed) == nil)
    }
  }
}
