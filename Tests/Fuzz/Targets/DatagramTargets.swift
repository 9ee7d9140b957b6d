internal import Admission
internal import Handshake
public import Messages
internal import Octets
internal import ProtocolVectors

/// One function per boundary where bytes from outside come in. Each takes any bytes, must not trap, and says whether they
/// were accepted, so a coverage-guided fuzzer can call them as they are.
public struct DatagramTargets {
  let initiator: Identity
  let responder: Identity
  let sent: SentInitiation
  let keysOfInitiator: MACKeys
  let keysOfResponder: MACKeys
  let staticStatic: Octets32

  /// Valid messages to start from: the published ones, and a second set between the same two parties.
  public let corpus: [[UInt8]] = [
    FirstHandshake.initiation, FirstHandshake.response, CookieVectors.reply, TransportVectors.keepalive,
    TransportVectors.data, SecondHandshake.initiation, SecondHandshake.response,
  ]

  /// The parties of the first published handshake.
  public init() {
    initiator = Identity(privateKey: Octets32(exactly: FirstHandshake.initiatorPrivate))!
    responder = Identity(privateKey: Octets32(exactly: FirstHandshake.responderPrivate))!
    keysOfInitiator = MACKeys(of: initiator.publicKey)
    keysOfResponder = MACKeys(of: responder.publicKey)
    staticStatic = responder.staticStatic(with: initiator.publicKey)
    var message = [UInt8](repeating: 0, count: Initiation.byteCount)
    let (initiator, responder, staticStatic) = (initiator, responder, staticStatic)
    sent = message.write {
      SentInitiation.begin(
        identity: initiator, remotePublic: responder.publicKey, staticStatic: staticStatic,
        ephemeralSeed: Octets32(exactly: FirstHandshake.initiatorEphemeralPrivate),
        timestamp: FixedOctets<12>(exactly: FirstHandshake.timestamp), into: &$0)!
    }
  }

  /// Classifies; a message that is not malformed has its fields read, which must all lie inside.
  public func classify(_ bytes: [UInt8]) -> Datagram.Kind {
    let span = bytes.rawSpan
    let kind = Datagram.kind(of: span)
    switch kind {
    case .initiation:
      _ = (Initiation.senderIndex(of: span), Initiation.ephemeral(of: span), HandshakeMACs.mac1(in: span))
      _ = Initiation.sealedStatic(of: span).byteCount + Initiation.sealedTimestamp(of: span).byteCount
    case .response:
      _ = (Response.senderIndex(of: span), Response.receiverIndex(of: span), Response.ephemeral(of: span))
      _ = (Response.sealedEmpty(of: span).byteCount, HandshakeMACs.mac1(in: span))
    case .cookieReply:
      _ = (
        CookieReply.receiverIndex(of: span), CookieReply.nonce(of: span), CookieReply.sealedCookie(of: span).byteCount
      )
    case .data:
      _ = (
        DataMessage.receiverIndex(of: span), DataMessage.counter(of: span), DataMessage.sealedPacket(of: span).byteCount
      )
    case .malformed: break
    }
    return kind
  }

  /// MAC1 as the receiver of an initiation (`toResponder`) or of a response checks it.
  public func verify(_ bytes: [UInt8], toResponder: Bool) -> Bool {
    HandshakeMACs.verifyMAC1(of: bytes.rawSpan, key: toResponder ? keysOfResponder.mac1 : keysOfInitiator.mac1)
  }

  /// Everything a responder does with an initiation but MAC1.
  public func authenticate(_ bytes: [UInt8]) -> Bool {
    guard let identified = IdentifiedInitiation.identify(bytes.rawSpan, identity: responder),
      identified.remoteStatic == initiator.publicKey
    else { return false }
    return identified.authenticate(bytes.rawSpan, staticStatic: staticStatic) != nil
  }

  /// Everything an initiator does with a response but MAC1 and the receiver index.
  public func finish(_ bytes: [UInt8]) -> Bool {
    let presharedKey = Octets32(exactly: FirstHandshake.presharedKey)
    return sent.finish(bytes.rawSpan, identity: initiator, presharedKey: presharedKey) != nil
  }

  /// Everything an initiator does with a cookie reply but the receiver index.
  public func openCookieReply(_ bytes: [UInt8]) -> Bool {
    let mac1 = Octets16(exactly: CookieVectors.mac1)
    return CookieReply.open(bytes.rawSpan, lastSentMAC1: mac1, cookieKey: keysOfResponder.cookie) != nil
  }

  /// `bytes` with MAC1 made right by somebody who knows only the receiver's public key; unchanged when they have the
  /// length of no handshake message.
  public func withMAC1(_ bytes: [UInt8]) -> [UInt8] {
    guard HandshakeMessage.mac1Offset(byteCount: bytes.count) != nil else { return bytes }
    var bytes = bytes
    let key = bytes.count == Initiation.byteCount ? keysOfResponder.mac1 : keysOfInitiator.mac1
    let mac2 = bytes.suffix(16)
    _ = bytes.write { HandshakeMACs.stamp(&$0, key: key, cookie: nil) }
    return bytes.dropLast(16) + mac2
  }
}
