import Admission
import Messages
import Octets
import ProtocolVectors
import Testing
import Timeline

@Suite struct HeldCookieTests {
  let published = CookieVectors.reply
  let keys = MACKeys(of: Octets32(exactly: FirstHandshake.responderPublic))

  func reply(to message: [UInt8] = FirstHandshake.initiation, cookie: [UInt8] = CookieVectors.cookie) -> [UInt8] {
    var reply = [UInt8](repeating: 0xee, count: 64)
    let written = reply.write {
      CookieReply.emit(
        cookie: Octets16(exactly: cookie), answering: message.rawSpan, cookieKey: keys.cookie,
        nonce: FixedOctets<24>(exactly: CookieVectors.nonce), into: &$0)
    }
    #expect(written)
    return reply
  }

  func open(_ reply: [UInt8], mac1: [UInt8] = CookieVectors.mac1, key: Octets32? = nil) -> [UInt8]? {
    CookieReply.open(reply.rawSpan, lastSentMAC1: Octets16(exactly: mac1), cookieKey: key ?? keys.cookie)?.array
  }

  /// A holder that has sent the published initiation at the start.
  func sent() -> Holder {
    let held = Holder()
    #expect(held.stamped(FirstHandshake.initiation, key: keys.mac1, at: at(0)) == FirstHandshake.initiation)
    return held
  }

  @Test func `the reply to the published initiation is the published reply`() {
    #expect(reply() == CookieVectors.reply)
    #expect(open(CookieVectors.reply) == CookieVectors.cookie)
  }

  @Test func `a response is answered with its own sender index and MAC1`() {
    let reply = reply(to: FirstHandshake.response)
    #expect(reply.read { CookieReply.receiverIndex(of: $0) } == 0x0a0b_0c0d)
    #expect(open(reply) == nil)
    #expect(open(reply, mac1: Array(FirstHandshake.response[60..<76])) == CookieVectors.cookie)
  }

  @Test func `nothing is written in answer to what is no handshake message`() {
    var reply = [UInt8](repeating: 0xee, count: 64)
    for count in [0, 32, 91, 93, 147, 149] {
      let message = [UInt8](repeating: 1, count: count)
      let written = reply.write {
        CookieReply.emit(
          cookie: Octets16(), answering: message.rawSpan, cookieKey: keys.cookie, nonce: FixedOctets<24>(), into: &$0)
      }
      #expect(!written)
    }
    #expect(reply == [UInt8](repeating: 0xee, count: 64))
  }

  @Test func `every changed bit but those of the receiver index spoils a reply`() {
    for bit in 0..<64 * 8 {
      var changed = CookieVectors.reply
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      // The receiver index only says where to look the last MAC1 up; nothing else covers it.
      let expected = (4..<8).contains(bit / 8) ? CookieVectors.cookie : nil
      #expect(open(changed) == expected, "bit \(bit)")
    }
  }

  @Test func `a reply of 63 or 65 bytes, for another message or from another key does not open`() {
    #expect(open(Array(CookieVectors.reply.dropLast())) == nil)
    #expect(open(CookieVectors.reply + [0]) == nil)
    #expect(open([]) == nil)
    #expect(open(CookieVectors.reply, mac1: [UInt8](repeating: 0, count: 16)) == nil)
    #expect(open(CookieVectors.reply, key: Octets32(exactly: CookieVectors.mac1KeyOfResponder)) == nil)
  }

  @Test func `a cookie is used until it is 115 seconds old`() {
    let held = sent()
    #expect(held.cookie(at: at(1)) == nil)
    #expect(held.accept(published, cookieKey: keys.cookie, at: at(1)))
    #expect(held.cookie(at: at(1)) == CookieVectors.cookie)
    #expect(held.cookie(at: at(116, nanoseconds: -1)) == CookieVectors.cookie)
    #expect(held.cookie(at: at(116)) == nil)
    #expect(HeldCookie.lifetime < CookieSecret.lifetime)
    #expect(HeldCookie.lifetime == .seconds(115))
  }

  @Test func `messages carry MAC2 while a cookie is held and zeros after`() {
    let held = sent()
    #expect(held.accept(published, cookieKey: keys.cookie, at: at(0)))
    let initiation = FirstHandshake.initiation
    let early = held.stamped(initiation, key: keys.mac1, at: at(115, nanoseconds: -1))
    #expect(Array(early.suffix(16)) == CookieVectors.mac2)
    #expect(held.stamped(early, key: keys.mac1, at: at(115)) == initiation)
  }

  @Test func `a second reply to one message is ignored until the next message`() {
    let held = sent()
    #expect(held.accept(published, cookieKey: keys.cookie, at: at(1)))
    let other = reply(cookie: [UInt8](repeating: 9, count: 16))
    #expect(!held.accept(other, cookieKey: keys.cookie, at: at(2)))
    #expect(held.cookie(at: at(2)) == CookieVectors.cookie)
    _ = held.stamped(FirstHandshake.initiation, key: keys.mac1, at: at(3))
    #expect(held.accept(other, cookieKey: keys.cookie, at: at(4)))
    #expect(held.cookie(at: at(4)) == [UInt8](repeating: 9, count: 16))
  }

  @Test func `a reply that fails leaves the message unanswered`() {
    let held = sent()
    var changed = CookieVectors.reply
    changed[63] ^= 1
    #expect(!held.accept(changed, cookieKey: keys.cookie, at: at(1)))
    #expect(held.cookie(at: at(1)) == nil)
    #expect(held.accept(published, cookieKey: keys.cookie, at: at(1)))
  }

  @Test func `before any message, and after a wipe, no reply is accepted`() {
    var held = Holder()
    #expect(!held.accept(published, cookieKey: keys.cookie, at: at(0)))
    // A reply sealed for an all-zero MAC1 must not pass either; otherwise the initial value is a valid target.
    var zero = FirstHandshake.initiation
    for i in 116..<132 { zero[i] = 0 }
    let toZero = reply(to: zero)
    #expect(!held.accept(toZero, cookieKey: keys.cookie, at: at(0)))
    held = sent()
    #expect(held.accept(published, cookieKey: keys.cookie, at: at(0)))
    held.wipe()
    #expect(held.cookie(at: at(0)) == nil)
    #expect(!held.accept(published, cookieKey: keys.cookie, at: at(0)))
  }
}
