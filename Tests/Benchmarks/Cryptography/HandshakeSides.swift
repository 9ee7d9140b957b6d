import Admission
import Handshake
import Messages
import Octets
import Timeline

/// The two ends of a handshake over and over, without a network and a machine: what the protocol itself costs.
struct HandshakeSides {
  private let initiator = Identity(privateKey: Octets32(repeating: 0x21))!
  private let responder = Identity(privateKey: Octets32(repeating: 0x42))!
  private let staticStatic: Octets32
  private let initiation: FixedOctets<148>
  private let response: FixedOctets<92>
  private let sent: SentInitiation

  init() {
    staticStatic = initiator.staticStatic(with: responder.publicKey)
    var first = FixedOctets<148>()
    sent = Self.begin(initiator, responder, staticStatic, into: &first)
    initiation = first
    var second = FixedOctets<92>()
    Self.answer(first, responder, MACKeys(of: responder.publicKey), staticStatic, into: &second)
    response = second
  }

  /// A race for each end, held against the X25519 products in it alone, which OpenSSL does.
  func races(_ openSSL: OpenSSL) -> [Race] {
    let keys = MACKeys(of: responder.publicKey)
    return [
      Race(
        title: "handshake responder", byteCount: 0,
        contenders: [
          .this {
            var message = FixedOctets<92>()
            Self.answer(initiation, responder, keys, staticStatic, into: &message)
          },
          .init(name: "OpenSSL, X25519 only", isReference: true) {
            for _ in 0..<3 { openSSL.agree() }
            openSSL.publicKey()
          },
        ]),
      Race(
        title: "handshake initiator", byteCount: 0,
        contenders: [
          .this {
            var message = FixedOctets<148>()
            _ = Self.begin(initiator, responder, staticStatic, into: &message)
            let keys = sent.finish(response.bytes, identity: initiator, presharedKey: Octets32())
            precondition(keys != nil)
          },
          .init(name: "OpenSSL, X25519 only", isReference: true) {
            for _ in 0..<3 { openSSL.agree() }
            openSSL.publicKey()
          },
        ]),
    ]
  }

  /// Consumes an initiation, makes the response and derives the keys.
  private static func answer(
    _ initiation: FixedOctets<148>, _ responder: Identity, _ keys: MACKeys, _ staticStatic: Octets32,
    into response: inout FixedOctets<92>
  ) {
    precondition(HandshakeMACs.verifyMAC1(of: initiation.bytes, key: keys.mac1))
    let identified = IdentifiedInitiation.identify(initiation.bytes, identity: responder)!
    let authenticated = identified.authenticate(initiation.bytes, staticStatic: staticStatic)!
    response.withMutableBytes { span in
      let keys = authenticated.respond(
        presharedKey: Octets32(), ephemeralSeed: Octets32(repeating: 0x17), into: &span)
      precondition(keys != nil)
      _ = HandshakeMACs.stamp(&span, key: MACKeys.mac1(of: authenticated.remoteStatic), cookie: nil)
    }
  }

  /// Makes an initiation.
  private static func begin(
    _ initiator: Identity, _ responder: Identity, _ staticStatic: Octets32, into message: inout FixedOctets<148>
  ) -> SentInitiation {
    message.withMutableBytes { span in
      let sent = SentInitiation.begin(
        identity: initiator, remotePublic: responder.publicKey, staticStatic: staticStatic,
        ephemeralSeed: Octets32(repeating: 0x33), timestamp: Timestamp(), into: &span)!
      _ = HandshakeMACs.stamp(&span, key: MACKeys.mac1(of: responder.publicKey), cookie: nil)
      return sent
    }
  }
}
