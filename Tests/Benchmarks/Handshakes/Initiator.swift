import Admission
import Cryptography
import Handshake
import Messages
import Octets
import Timeline

/// One peer of the responder.
struct Initiator {
  let identity: Identity
  let staticStatic: Octets32

  /// The initiator of this number; its key follows from the number.
  init(_ number: Int, responder: Octets32) {
    identity = Self.privateIdentity(number)
    staticStatic = identity.staticStatic(with: responder)
  }

  /// The key pair of the initiator of this number.
  static func privateIdentity(_ number: Int) -> Identity {
    var text = Octets32(repeating: 0x62)
    text.withMutableBytes { $0.store(littleEndian64: UInt64(number), at: 0) }
    guard let identity = Identity(privateKey: BLAKE2s.hash(text.bytes)) else { fatalError("a hash of zeros") }
    return identity
  }

  /// An initiation with this index, complete with its MACs.
  func begin(with responder: Responder, index: UInt32, timestamp: Timestamp) -> Attempt {
    var seed = Octets32()
    for i in 0..<32 { seed[i] = UInt8.random(in: .min ... .max) }
    var message = FixedOctets<148>()
    let state = message.withMutableBytes { bytes in
      let state = SentInitiation.begin(
        identity: identity, remotePublic: responder.publicKey, staticStatic: staticStatic, ephemeralSeed: seed,
        timestamp: timestamp, into: &bytes)
      Initiation.emit(senderIndex: index, into: &bytes)
      _ = HandshakeMACs.stamp(&bytes, key: responder.macKeys.mac1, cookie: nil)
      return state
    }
    guard let state else { fatalError("the responder's key is of small order") }
    return Attempt(message: message, state: state)
  }
}

/// What the initiators know of the responder.
struct Responder {
  let publicKey: Octets32
  let macKeys: MACKeys

  /// The responder of this public key.
  init(publicKey: Octets32) {
    self.publicKey = publicKey
    macKeys = MACKeys(of: publicKey)
  }
}

/// An initiation, what is remembered of it, and the answer when there was one.
struct Attempt {
  let message: FixedOctets<148>
  let state: SentInitiation
  var answer: FixedOctets<92>?

  /// The session's keys; nil when there was no answer or it does not fit.
  func keys(_ identity: Identity) -> SessionKeys? {
    guard let answer else { return nil }
    return state.finish(answer.bytes, identity: identity, presharedKey: Octets32())
  }

  /// The first message of the session: empty, it says that the initiator has the keys.
  func keepalive(_ keys: SessionKeys) -> FixedOctets<32> {
    var message = FixedOctets<32>()
    let index = answer.map { Response.senderIndex(of: $0.bytes) } ?? 0
    message.withMutableBytes { bytes in
      DataMessage.emitHeader(receiverIndex: index, counter: 0, into: &bytes)
      let nothing = FixedOctets<0>()
      ChaCha20Poly1305.seal(
        key: keys.sending.bytes, counter: 0, plaintext: nothing.bytes, additional: nothing.bytes, into: &bytes, at: 16)
    }
    return message
  }
}
