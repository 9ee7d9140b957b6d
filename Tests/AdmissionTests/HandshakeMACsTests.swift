import Admission
import Cryptography
import Octets
import ProtocolVectors
import Testing

@Suite struct HandshakeMACsTests {
  let responder = MACKeys(of: Octets32(exactly: FirstHandshake.responderPublic))
  let initiator = MACKeys(of: Octets32(exactly: FirstHandshake.initiatorPublic))

  func stamped(_ message: [UInt8], key: BLAKE2s.PreparedKey, cookie: [UInt8]?) -> (message: [UInt8], mac1: Octets16) {
    var message = message
    for i in message.count - 32..<message.count { message[i] = 0xee }
    let mac1 = message.write {
      HandshakeMACs.stamp(&$0, key: key, cookie: cookie.map { Octets16(exactly: $0) })
    }
    return (message, mac1)
  }

  func verifyMAC1(_ message: [UInt8], _ key: BLAKE2s.PreparedKey) -> Bool {
    HandshakeMACs.verifyMAC1(of: message, key: key)
  }

  @Test func `the keys of a public key are the published ones`() {
    let message: [UInt8] = [0]
    for (keys, published) in [
      (responder, CookieVectors.mac1KeyOfResponder), (initiator, CookieVectors.mac1KeyOfInitiator),
    ] {
      let expected = BLAKE2s.mac16(key: published.rawSpan, message.rawSpan).array
      #expect(keys.mac1.mac16(message.rawSpan).array == expected)
    }
    #expect(responder.cookie.array == CookieVectors.cookieKeyOfResponder)
  }

  @Test func `stamping makes the published messages, without a cookie and with one`() {
    let first = stamped(FirstHandshake.initiation, key: responder.mac1, cookie: nil)
    #expect(first.message == FirstHandshake.initiation)
    #expect(first.mac1.array == CookieVectors.mac1)
    #expect(stamped(FirstHandshake.response, key: initiator.mac1, cookie: nil).message == FirstHandshake.response)

    let second = MACKeys(of: Octets32(exactly: SecondHandshake.responderPublic))
    let initiation = stamped(SecondHandshake.initiation, key: second.mac1, cookie: SecondHandshake.cookieForInitiation)
    #expect(initiation.message == SecondHandshake.initiation)
    let back = MACKeys(of: Octets32(exactly: SecondHandshake.initiatorPublic))
    let response = stamped(SecondHandshake.response, key: back.mac1, cookie: SecondHandshake.cookieForResponse)
    #expect(response.message == SecondHandshake.response)
  }

  @Test func `stamping with the published cookie gives the published MAC2`() {
    let message = stamped(FirstHandshake.initiation, key: responder.mac1, cookie: CookieVectors.cookie).message
    #expect(Array(message.suffix(16)) == CookieVectors.mac2)
    #expect(Array(message.prefix(132)) == Array(FirstHandshake.initiation.prefix(132)))
  }

  @Test func `MAC1 of the published messages is right under their receiver's key and no other`() {
    #expect(verifyMAC1(FirstHandshake.initiation, responder.mac1))
    #expect(verifyMAC1(FirstHandshake.response, initiator.mac1))
    #expect(!verifyMAC1(FirstHandshake.initiation, initiator.mac1))
    #expect(!verifyMAC1(FirstHandshake.response, responder.mac1))
  }

  @Test func `a changed bit anywhere before MAC2 makes MAC1 wrong, and none in MAC2 does`() {
    for original in [FirstHandshake.initiation, FirstHandshake.response] {
      let key = original.count == 148 ? responder.mac1 : initiator.mac1
      for bit in 0..<original.count * 8 {
        var message = original
        message[bit / 8] ^= 1 << UInt8(bit % 8)
        #expect(verifyMAC1(message, key) == (bit / 8 >= original.count - 16), "bit \(bit)")
      }
    }
  }

  @Test func `a changed bit anywhere, or another cookie, makes MAC2 wrong`() {
    let cookie = Octets16(exactly: SecondHandshake.cookieForInitiation)
    let original = SecondHandshake.initiation
    #expect(HandshakeMACs.verifyMAC2(of: original, cookie: cookie))
    for bit in 0..<original.count * 8 {
      var message = original
      message[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(!HandshakeMACs.verifyMAC2(of: message, cookie: cookie), "bit \(bit)")
    }
    #expect(!HandshakeMACs.verifyMAC2(of: original, cookie: Octets16(repeating: 1)))
    // A zero MAC2 must not pass for any cookie; otherwise senders without one get by.
    #expect(!HandshakeMACs.verifyMAC2(of: FirstHandshake.initiation, cookie: cookie))
    #expect(!HandshakeMACs.verifyMAC2(of: FirstHandshake.initiation, cookie: Octets16()))
  }

  @Test func `bytes of any other length have no right MAC`() {
    for count in 0...256 where count != 148 && count != 92 {
      let bytes = [UInt8](repeating: 0, count: count)
      #expect(!verifyMAC1(bytes, responder.mac1))
      #expect(!HandshakeMACs.verifyMAC2(of: bytes, cookie: Octets16()))
    }
  }

  @Test func `MAC1 is read from where it was written`() {
    #expect(FirstHandshake.initiation.read { HandshakeMACs.mac1(in: $0).array } == CookieVectors.mac1)
  }
}
