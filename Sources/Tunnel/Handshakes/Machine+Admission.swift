internal import Admission
internal import Containers
internal import Cryptography
internal import Messages
public import Octets
public import Timeline

// What may reach a handshake worker (protocol.md §5.5, §7): nothing that lacks a valid MAC1, and under load nothing
// whose sender has not shown that it receives at its address, or has used up its share.

/// A handshake message that waits for a worker.
struct ReceivedHandshake: BitwiseCopyable {
  var message: FixedOctets<148>
  var length: Int
  var path: Path
}

extension Machine {
  /// Handles an initiation, response or cookie reply that arrived along `path`: checks it, and queues it for a worker or
  /// posts a cookie reply. Anything else is counted as malformed. Cost: one or two keyed BLAKE2s over ≤ 148 bytes.
  public mutating func admit(handshake datagram: RawSpan, along path: Path, _ now: Now) {
    guard isUp else { return reject(.interfaceDown) }
    switch Datagram.kind(of: datagram) {
    case .initiation: admitMessage(datagram, along: path, now)
    case .response:
      let index = indices.find(Response.receiverIndex(of: datagram))
      guard let index, index.kind == .handshake else { return reject(.unknownIndex) }
      admitMessage(datagram, along: path, now)
    case .cookieReply: takeCookie(from: datagram, now)
    case .data, .malformed: reject(.malformed)
    }
  }

  private mutating func admitMessage(_ datagram: RawSpan, along path: Path, _ now: Now) {
    guard let macKeys else { return reject(.noIdentity) }
    guard HandshakeMACs.verifyMAC1(of: datagram, key: macKeys.mac1) else { return reject(.badMAC1) }
    let admittance = gate.judge(datagram, from: path.remote, queued: received.count, at: now.instant)
    gateDeadline = min(gateDeadline, now.instant + RateLimiter.idleTime)
    switch admittance {
    case .drop:
      return reject(.rateLimited)
    case .answerWithCookie:
      demandCookie(answering: datagram, along: path, cookieKey: macKeys.cookie, now)
      return reject(.cookieDemanded)
    case .process:
      var message = FixedOctets<148>()
      message.withMutableBytes { $0.store(datagram, at: 0) }
      if !received.append(ReceivedHandshake(message: message, length: datagram.byteCount, path: path)) {
        reject(.handshakeQueueFull)
      }
    }
  }

  private mutating func demandCookie(
    answering datagram: RawSpan, along path: Path, cookieKey: Octets32, _ now: Now
  ) {
    let nonce: FixedOctets<24> = randomness.draw(.nonce, subject: 0)
    let random: Octets32 = randomness.draw(.cookieSecret, subject: 0)
    var octets = FixedOctets<148>()
    let isWritten = octets.withMutableBytes { bytes in
      gate.reply(
        to: datagram, from: path.remote, cookieKey: cookieKey, nonce: nonce, random: random, at: now.instant,
        into: &bytes)
    }
    guard isWritten else { return }
    post(OutgoingMessage(octets: octets, length: CookieReply.byteCount, path: path, trafficClass: 0))
  }

  private mutating func takeCookie(from datagram: RawSpan, _ now: Now) {
    guard let entry = indices.find(CookieReply.receiverIndex(of: datagram)) else { return reject(.unknownIndex) }
    let place = entry.kind == .session ? sessions[entry.handle].owner : initiations[entry.handle].owner
    guard let peer = peers.handle(at: Int(place)) else { return reject(.unknownIndex) }
    let key = MACKeys(of: peers[peer].publicKey).cookie
    guard peers[peer].cookie.accept(datagram, cookieKey: key, at: now.instant) else { return reject(.badCookie) }
    report(.receivedCookie, peer)
  }
}
