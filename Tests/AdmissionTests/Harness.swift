import Admission
import Containers
import Cryptography
import Messages
import Octets
import ProtocolVectors
import TestStorage
import Timeline

// The expectation macro takes neither spans nor noncopyable receivers: here are the same operations over arrays and
// through references.

extension HandshakeMACs {
  static func verifyMAC1(of message: [UInt8], key: BLAKE2s.PreparedKey) -> Bool {
    verifyMAC1(of: message.rawSpan, key: key)
  }

  static func verifyMAC2(of message: [UInt8], cookie: Octets16) -> Bool {
    verifyMAC2(of: message.rawSpan, cookie: cookie)
  }
}

/// A peer's cookie by reference.
final class Holder {
  private var held = HeldCookie()

  /// Both MACs written into `message`.
  func stamped(_ message: [UInt8], key: BLAKE2s.PreparedKey, at now: Instant) -> [UInt8] {
    var message = message
    message.write { held.stamp(&$0, key: key, at: now) }
    return message
  }

  func accept(_ reply: [UInt8], cookieKey: Octets32, at now: Instant) -> Bool {
    held.accept(reply.rawSpan, cookieKey: cookieKey, at: now)
  }

  func cookie(at now: Instant) -> [UInt8]? { held.cookie(at: now)?.array }
  func wipe() { held.wipe() }
}

/// A load gauge by reference.
final class Gauge {
  private var gauge = LoadGauge()

  func isUnderLoad(queued: Int, at now: Instant) -> Bool { gauge.isUnderLoad(queued: queued, at: now) }
}

/// A rate limiter by reference.
final class Limiter {
  private var limiter: RateLimiter

  init(_ heap: TestStorage) { limiter = RateLimiter(key: Octets16(repeating: 0x5a), storage: heap.storage) }

  var count: Int { limiter.count }
  func allow(_ source: IPAddress, at now: Instant) -> Bool { limiter.allow(source, at: now) }
  func advance(to now: Instant) -> Instant { limiter.advance(to: now) }
}

/// A gate by reference.
final class Gate {
  private var gate: HandshakeGate

  init(_ heap: TestStorage) { gate = HandshakeGate(key: Octets16(repeating: 3), storage: heap.storage) }

  func judge(_ message: [UInt8], from source: Endpoint, queued: Int = 512, at now: Instant) -> Admittance {
    gate.judge(message.rawSpan, from: source, queued: queued, at: now)
  }

  /// The reply with the published nonce to `message`; nil when there is none, and then nothing may have been written.
  func reply(
    to message: [UInt8], from source: Endpoint = publishedSource, cookieKey: Octets32, at now: Instant, random: [UInt8]
  ) -> [UInt8]? {
    let blank = [UInt8](repeating: 0xee, count: 64)
    var reply = blank
    let written = reply.write {
      gate.reply(
        to: message.rawSpan, from: source, cookieKey: cookieKey, nonce: FixedOctets<24>(exactly: CookieVectors.nonce),
        random: Octets32(exactly: random), at: now, into: &$0)
    }
    precondition(written || reply == blank)
    return written ? reply : nil
  }

  func advance(to now: Instant) -> Instant { gate.advance(to: now) }
  func wipe() { gate.wipe() }
}
