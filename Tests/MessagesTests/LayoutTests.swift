import Messages
import Octets
import ProtocolVectors
import Testing

@Suite struct LayoutTests {
  @Test func `the fields of each message follow one another without a gap up to its length`() {
    #expect(Initiation.ephemeralOffset == Initiation.senderIndexOffset + 4)
    #expect(Initiation.sealedStaticOffset == Initiation.ephemeralOffset + 32)
    #expect(Initiation.sealedTimestampOffset == Initiation.sealedStaticOffset + Initiation.sealedStaticByteCount)
    #expect(Initiation.mac1Offset == Initiation.sealedTimestampOffset + Initiation.sealedTimestampByteCount)
    #expect(Initiation.mac2Offset == Initiation.mac1Offset + HandshakeMessage.macByteCount)
    #expect(Initiation.byteCount == Initiation.mac2Offset + HandshakeMessage.macByteCount)

    #expect(Response.receiverIndexOffset == Response.senderIndexOffset + 4)
    #expect(Response.ephemeralOffset == Response.receiverIndexOffset + 4)
    #expect(Response.sealedEmptyOffset == Response.ephemeralOffset + 32)
    #expect(Response.mac1Offset == Response.sealedEmptyOffset + Response.sealedEmptyByteCount)
    #expect(Response.mac2Offset == Response.mac1Offset + HandshakeMessage.macByteCount)
    #expect(Response.byteCount == Response.mac2Offset + HandshakeMessage.macByteCount)

    #expect(CookieReply.nonceOffset == CookieReply.receiverIndexOffset + 4)
    #expect(CookieReply.sealedCookieOffset == CookieReply.nonceOffset + CookieReply.nonceByteCount)
    #expect(CookieReply.byteCount == CookieReply.sealedCookieOffset + CookieReply.sealedCookieByteCount)

    #expect(DataMessage.counterOffset == DataMessage.receiverIndexOffset + 4)
    #expect(DataMessage.headerByteCount == DataMessage.counterOffset + 8)
    #expect(DataMessage.minimumByteCount == DataMessage.headerByteCount + DataMessage.tagByteCount)
  }

  @Test func `the fields of the published messages read as published`() {
    let initiation = FirstHandshake.initiation
    #expect(initiation.read { Initiation.senderIndex(of: $0) } == 0x0102_0304)
    #expect(initiation.read { Initiation.ephemeral(of: $0).array } == FirstHandshake.initiatorEphemeralPublic)
    #expect(initiation.read { array(Initiation.sealedStatic(of: $0)) } == FirstHandshake.sealedStatic)
    #expect(initiation.read { array(Initiation.sealedTimestamp(of: $0)) } == FirstHandshake.sealedTimestamp)
    #expect(initiation.read { HandshakeMessage.senderIndex(of: $0) } == 0x0102_0304)

    let response = FirstHandshake.response
    #expect(response.read { Response.senderIndex(of: $0) } == 0x0a0b_0c0d)
    #expect(response.read { Response.receiverIndex(of: $0) } == 0x0102_0304)
    #expect(response.read { Response.ephemeral(of: $0).array } == FirstHandshake.responderEphemeralPublic)
    #expect(response.read { array(Response.sealedEmpty(of: $0)) } == FirstHandshake.sealedEmpty)
    #expect(response.read { HandshakeMessage.senderIndex(of: $0) } == 0x0a0b_0c0d)

    let reply = CookieVectors.reply
    #expect(reply.read { CookieReply.receiverIndex(of: $0) } == 0x0102_0304)
    #expect(reply.read { CookieReply.nonce(of: $0).array } == CookieVectors.nonce)
    #expect(reply.read { array(CookieReply.sealedCookie(of: $0)) } == Array(reply.suffix(32)))

    let data = TransportVectors.data
    #expect(data.read { DataMessage.receiverIndex(of: $0) } == 0x0a0b_0c0d)
    #expect(data.read { DataMessage.counter(of: $0) } == 1)
    #expect(data.read { array(DataMessage.sealedPacket(of: $0)) } == Array(data.dropFirst(16)))
    #expect(TransportVectors.keepalive.read { DataMessage.sealedPacket(of: $0).byteCount } == 16)
  }

  @Test func `the headers written are those of the published messages`() {
    var initiation = [UInt8](repeating: 0xee, count: 148)
    initiation.write {
      Initiation.emitHeader(ephemeral: Octets32(exactly: FirstHandshake.initiatorEphemeralPublic), into: &$0)
    }
    #expect(initiation[4..<8] == [0, 0, 0, 0])
    initiation.write { Initiation.emit(senderIndex: 0x0102_0304, into: &$0) }
    #expect(initiation == Array(FirstHandshake.initiation.prefix(40)) + [UInt8](repeating: 0xee, count: 108))

    var response = [UInt8](repeating: 0xee, count: 92)
    response.write {
      Response.emitHeader(
        receiverIndex: 0x0102_0304, ephemeral: Octets32(exactly: FirstHandshake.responderEphemeralPublic), into: &$0)
    }
    #expect(response[4..<8] == [0, 0, 0, 0])
    response.write { Response.emit(senderIndex: 0x0a0b_0c0d, into: &$0) }
    #expect(response == Array(FirstHandshake.response.prefix(44)) + [UInt8](repeating: 0xee, count: 48))

    var reply = [UInt8](repeating: 0xee, count: 64)
    reply.write {
      CookieReply.emitHeader(
        receiverIndex: 0x0102_0304, nonce: FixedOctets<24>(exactly: CookieVectors.nonce), into: &$0)
    }
    #expect(reply == Array(CookieVectors.reply.prefix(32)) + [UInt8](repeating: 0xee, count: 32))

    var data = [UInt8](repeating: 0xee, count: 68)
    data.write { DataMessage.emitHeader(receiverIndex: 0x0a0b_0c0d, counter: 1, into: &$0, at: 4) }
    let untouched = [UInt8](repeating: 0xee, count: 4)
    #expect(data == untouched + Array(TransportVectors.data.prefix(16)) + [UInt8](repeating: 0xee, count: 48))
  }

  @Test func `a counter is written in all of its eight bytes`() {
    var data = [UInt8](repeating: 0, count: 16)
    data.write { DataMessage.emitHeader(receiverIndex: .max, counter: 0x0102_0304_0506_0708, into: &$0) }
    #expect(Array(data[8...]) == [8, 7, 6, 5, 4, 3, 2, 1])
    #expect(data.read { DataMessage.counter(of: $0) } == 0x0102_0304_0506_0708)
    #expect(data.read { DataMessage.receiverIndex(of: $0) } == .max)
  }

  @Test func `MAC1 has a place in messages of 148 and 92 bytes only`() {
    for byteCount in 0...200 {
      let expected: Int? = byteCount == 148 ? 116 : byteCount == 92 ? 60 : nil
      #expect(HandshakeMessage.mac1Offset(byteCount: byteCount) == expected)
    }
  }

  func array(_ span: RawSpan) -> [UInt8] { (0..<span.byteCount).map { span.octet(at: $0) } }
}
