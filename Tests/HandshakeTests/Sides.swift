import Handshake
import Messages
import Octets
import ProtocolVectors
import TestStorage
import Timeline

/// The inputs of one handshake, and its steps over arrays.
struct Sides {
  var initiator: Identity
  var responder: Identity
  var initiatorSeed: Octets32
  var responderSeed: Octets32
  var presharedKey: Octets32
  var timestamp: Timestamp

  /// The first published handshake.
  static let first = Sides(
    initiator: Identity(privateKey: Octets32(exactly: FirstHandshake.initiatorPrivate))!,
    responder: Identity(privateKey: Octets32(exactly: FirstHandshake.responderPrivate))!,
    initiatorSeed: Octets32(exactly: FirstHandshake.initiatorEphemeralPrivate),
    responderSeed: Octets32(exactly: FirstHandshake.responderEphemeralPrivate),
    presharedKey: Octets32(exactly: FirstHandshake.presharedKey),
    timestamp: Timestamp(exactly: FirstHandshake.timestamp))

  /// The second published handshake.
  static let second = Sides(
    initiator: Identity(privateKey: Octets32(exactly: SecondHandshake.initiatorPrivate))!,
    responder: Identity(privateKey: Octets32(exactly: SecondHandshake.responderPrivate))!,
    initiatorSeed: Octets32(exactly: SecondHandshake.initiatorEphemeralPrivate),
    responderSeed: Octets32(exactly: SecondHandshake.responderEphemeralPrivate),
    presharedKey: Octets32(exactly: SecondHandshake.presharedKey),
    timestamp: Timestamp(exactly: SecondHandshake.timestamp))

  /// Random inputs without a preshared key.
  static func random(_ random: inout SeededGenerator) -> Sides {
    Sides(
      initiator: Identity(privateKey: random.octets())!, responder: Identity(privateKey: random.octets())!,
      initiatorSeed: random.octets(), responderSeed: random.octets(), presharedKey: Octets32(),
      timestamp: random.octets())
  }

  var staticStatic: Octets32 { initiator.staticStatic(with: responder.publicKey) }

  /// The initiation without MACs, over a buffer of `filler`.
  func begin(senderIndex: UInt32 = 0, filler: UInt8 = 0) -> (message: [UInt8], state: SentInitiation)? {
    begin(to: responder.publicKey, staticStatic: staticStatic, senderIndex: senderIndex, filler: filler)
  }

  func begin(
    to remotePublic: Octets32, staticStatic: Octets32, senderIndex: UInt32 = 0, filler: UInt8 = 0
  ) -> (message: [UInt8], state: SentInitiation)? {
    var message = [UInt8](repeating: filler, count: Initiation.byteCount)
    let state = message.write { span in
      let state = SentInitiation.begin(
        identity: initiator, remotePublic: remotePublic, staticStatic: staticStatic, ephemeralSeed: initiatorSeed,
        timestamp: timestamp, into: &span)
      if state != nil && senderIndex != 0 { Initiation.emit(senderIndex: senderIndex, into: &span) }
      return state
    }
    return state.map { (message, $0) }
  }

  func identify(_ message: [UInt8]) -> IdentifiedInitiation? {
    IdentifiedInitiation.identify(message.rawSpan, identity: responder)
  }

  /// Identifies and authenticates with the secret that belongs to the claimed key.
  func authenticate(_ message: [UInt8]) -> AuthenticatedInitiation? {
    guard let identified = identify(message) else { return nil }
    let secret = responder.staticStatic(with: identified.remoteStatic)
    return identified.authenticate(message.rawSpan, staticStatic: secret)
  }

  /// The response without MACs, over a buffer of `filler`.
  func respond(
    to state: AuthenticatedInitiation, senderIndex: UInt32 = 0, filler: UInt8 = 0
  ) -> (message: [UInt8], keys: SessionKeys)? {
    var message = [UInt8](repeating: filler, count: Response.byteCount)
    let keys = message.write { span in
      let keys = state.respond(presharedKey: presharedKey, ephemeralSeed: responderSeed, into: &span)
      if keys != nil && senderIndex != 0 { Response.emit(senderIndex: senderIndex, into: &span) }
      return keys
    }
    return keys.map { (message, $0) }
  }

  func finish(_ state: SentInitiation, _ response: [UInt8]) -> SessionKeys? {
    state.finish(response.rawSpan, identity: initiator, presharedKey: presharedKey)
  }
}

/// `bytes` with one bit changed.
func flipped(_ bytes: [UInt8], bit: Int) -> [UInt8] {
  var bytes = bytes
  bytes[bit / 8] ^= 1 << UInt8(bit % 8)
  return bytes
}

/// Whether every byte of `value` is zero.
func isZero<Value: BitwiseCopyable>(_ value: Value) -> Bool {
  var value = value
  // SAFETY: the bytes of a value are read only within the closure.
  return unsafe withUnsafeBytes(of: &value) { bytes in
    for i in 0..<bytes.count where unsafe bytes[i] != 0 { return false }
    return true
  }
}
