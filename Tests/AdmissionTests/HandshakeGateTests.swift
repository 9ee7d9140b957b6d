import Admission
import Octets
import ProtocolVectors
import TestStorage
import Testing
import Timeline

@Suite struct HandshakeGateTests {
  let heap = TestStorage()
  let keys = MACKeys(of: Octets32(exactly: FirstHandshake.responderPublic))

  /// The published initiation with the published MAC2.
  var withMAC2: [UInt8] { FirstHandshake.initiation.dropLast(16) + CookieVectors.mac2 }

  @Test func `without load everything is processed, whatever its MAC2`() {
    let gate = Gate(heap)
    var garbage = FirstHandshake.initiation
    garbage[140] = 0x99
    for _ in 0..<100 { #expect(gate.judge(garbage, from: publishedSource, queued: 511, at: at(0)) == .process) }
    #expect(heap.byteCount == 0 && heap.faultCount == 0)
  }

  @Test func `under load a zero or wrong MAC2 is answered with a cookie and costs the source nothing`() {
    let gate = Gate(heap)
    let zero = FirstHandshake.initiation
    for _ in 0..<100 {
      #expect(gate.judge(zero, from: publishedSource, at: at(0)) == .answerWithCookie)
    }
    // The rate limiter must not be consulted before MAC2; otherwise spoofed sources would fill its table.
    #expect(heap.byteCount == 0 && heap.faultCount == 0)
  }

  @Test func `the cookie of the reply lets the next message pass from the same address and port only`() {
    let gate = Gate(heap)
    let first = FirstHandshake.initiation
    #expect(gate.judge(first, from: publishedSource, at: at(0)) == .answerWithCookie)
    let answer = gate.reply(to: first, cookieKey: keys.cookie, at: at(0), random: CookieVectors.secret)
    #expect(answer == CookieVectors.reply)

    let second = withMAC2
    #expect(gate.judge(second, from: publishedSource, at: at(1)) == .process)
    var otherPort = publishedSource
    otherPort.port += 1
    #expect(gate.judge(second, from: otherPort, at: at(1)) == .answerWithCookie)
    #expect(gate.judge(second, from: publishedSourceIPv6, at: at(1)) == .answerWithCookie)
  }

  @Test func `a right MAC2 passes five times, then twenty times a second, and is dropped in between`() {
    let gate = Gate(heap)
    _ = gate.reply(to: FirstHandshake.initiation, cookieKey: keys.cookie, at: at(0), random: CookieVectors.secret)
    let message = withMAC2
    for _ in 0..<5 { #expect(gate.judge(message, from: publishedSource, at: at(0)) == .process) }
    #expect(gate.judge(message, from: publishedSource, at: at(0)) == .drop)
    #expect(gate.judge(message, from: publishedSource, at: at(0.05)) == .process)
    #expect(gate.judge(message, from: publishedSource, at: at(0.05)) == .drop)
    #expect(gate.advance(to: at(1)) == at(1.05, nanoseconds: 1))
    #expect(gate.advance(to: at(1.1)) == .distantFuture)
    #expect(heap.byteCount == 0 && heap.faultCount == 0)
  }

  @Test func `the secret changes at 120 seconds and not before`() {
    let gate = Gate(heap)
    let other = [UInt8](repeating: 8, count: 32)
    let initiation = FirstHandshake.initiation
    _ = gate.reply(to: initiation, cookieKey: keys.cookie, at: at(0), random: CookieVectors.secret)
    let late = at(120, nanoseconds: -1)
    #expect(gate.reply(to: initiation, cookieKey: keys.cookie, at: late, random: other) == CookieVectors.reply)
    let message = withMAC2
    #expect(gate.judge(message, from: publishedSource, at: late) == .process)
    #expect(gate.judge(message, from: publishedSource, at: at(120)) == .answerWithCookie)
    #expect(gate.reply(to: initiation, cookieKey: keys.cookie, at: at(120), random: other) != CookieVectors.reply)
    #expect(gate.judge(message, from: publishedSource, at: at(120)) == .answerWithCookie)
  }

  @Test func `after a wipe no earlier cookie passes`() {
    let gate = Gate(heap)
    _ = gate.reply(to: FirstHandshake.initiation, cookieKey: keys.cookie, at: at(0), random: CookieVectors.secret)
    gate.wipe()
    let message = withMAC2
    #expect(gate.judge(message, from: publishedSource, at: at(1)) == .answerWithCookie)
  }

  @Test func `what is no handshake message gets no reply`() {
    let gate = Gate(heap)
    for message in [TransportVectors.data, CookieVectors.reply, FirstHandshake.initiation + [0], []] {
      #expect(gate.reply(to: message, cookieKey: keys.cookie, at: at(0), random: CookieVectors.secret) == nil)
    }
  }
}
