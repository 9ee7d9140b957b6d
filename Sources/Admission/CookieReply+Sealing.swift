internal import Cryptography
public import Messages
public import Octets

extension CookieReply {
  /// Writes the reply of 64 bytes that gives `cookie` to the sender of `message` (WG §5.4.7; protocol §7.2).
  ///
  /// `message` is a handshake message whose MAC1 is right. False, and nothing is written, when it has the length of
  /// neither. Traps when `reply` is shorter than 64 bytes.
  ///
  /// - Parameters:
  ///   - cookie: the cookie of the message's source.
  ///   - cookieKey: our own `MACKeys.cookie`.
  ///   - nonce: 24 random bytes, never used again.
  public static func emit(
    cookie: borrowing Octets16, answering message: RawSpan, cookieKey: Octets32, nonce: FixedOctets<24>,
    into reply: inout MutableRawSpan
  ) -> Bool {
    precondition(reply.byteCount >= byteCount)
    guard let mac1 = HandshakeMessage.mac1Offset(byteCount: message.byteCount) else { return false }
    emitHeader(receiverIndex: HandshakeMessage.senderIndex(of: message), nonce: nonce, into: &reply)
    XChaCha20Poly1305.seal(
      key: cookieKey.bytes, nonce: nonce.bytes, plaintext: cookie.bytes,
      additional: message.extracting(mac1..<mac1 + HandshakeMessage.macByteCount), into: &reply,
      at: sealedCookieOffset)
    return true
  }

  /// The cookie in `reply`, any bytes; nil when it is not an answer to the message with this MAC1 by the owner of the key
  /// (WG §5.4.7; protocol §7.3).
  ///
  /// - Parameters:
  ///   - lastSentMAC1: MAC1 of the last handshake message sent to that peer.
  ///   - cookieKey: the peer's `MACKeys.cookie`.
  public static func open(
    _ reply: RawSpan, lastSentMAC1: Octets16, cookieKey: Octets32
  ) -> Octets16? {
    guard Datagram.kind(of: reply) == .cookieReply else { return nil }
    var cookie = Octets16()
    let nonce = nonce(of: reply)
    let opened = cookie.withMutableBytes { target in
      XChaCha20Poly1305.open(
        key: cookieKey.bytes, nonce: nonce.bytes, ciphertext: sealedCookie(of: reply),
        additional: lastSentMAC1.bytes, into: &target, at: 0)
    }
    return opened ? cookie : nil
  }
}
