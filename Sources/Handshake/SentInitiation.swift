internal import Cryptography
internal import Messages
public import Octets
public import Timeline

/// The initiator's side between its initiation and the response.
///
/// It stays as it is when a response fails, so another may still be tried; the owner wipes it once one has succeeded.
public struct SentInitiation: BitwiseCopyable, Sendable {
  /// Our ephemeral private key; agreement clamps it.
  package private(set) var ephemeralPrivate: Octets32
  /// The transcript after the timestamp.
  package private(set) var transcript: Transcript

  /// Begins a handshake: writes everything of an initiation but the sender index, which is left zero, and the MACs.
  ///
  /// The sender index is written next, then the MACs. `message` is at least 148 bytes. Nil, and the content of `message`
  /// is void, when the peer's key is a point of small order: then `staticStatic` is zero. Two X25519. WG §5.4.2.
  ///
  /// - Parameters:
  ///   - identity: our own.
  ///   - remotePublic: the peer's public key.
  ///   - staticStatic: what `identity.staticStatic(with: remotePublic)` gave.
  ///   - ephemeralSeed: 32 random bytes, never used again; wiped by the caller.
  ///   - timestamp: newer than any before it.
  ///   - message: at least 148 bytes.
  public static func begin(
    identity: borrowing Identity, remotePublic: Octets32, staticStatic: borrowing Octets32,
    ephemeralSeed: borrowing Octets32, timestamp: Timestamp, into message: inout MutableRawSpan
  ) -> SentInitiation? {
    precondition(message.byteCount >= Initiation.byteCount)
    guard !staticStatic.isZero else { return nil }
    var state = SentInitiation(
      ephemeralPrivate: copy ephemeralSeed, transcript: Transcript(responder: remotePublic))
    var key = Octets32()
    // The copy that is returned is made before these run.
    defer { state.wipe() }
    defer { key.wipe() }

    let ephemeral = X25519.publicKey(state.ephemeralPrivate.bytes)
    Initiation.emitHeader(ephemeral: ephemeral, into: &message)
    state.transcript.mix(ephemeral: ephemeral)
    guard
      state.transcript.mix(
        agreementOf: state.ephemeralPrivate.bytes, with: remotePublic.bytes, deriving: &key)
    else { return nil }
    state.transcript.seal(
      identity.publicKey.bytes, key: key.bytes, into: &message, at: Initiation.sealedStaticOffset)
    state.transcript.mix(staticStatic.bytes, deriving: &key)
    state.transcript.seal(timestamp.bytes, key: key.bytes, into: &message, at: Initiation.sealedTimestampOffset)
    return state
  }

  /// Completes the handshake with `response`, any bytes. Nil when it is no response to this initiation from the owner of
  /// the peer's key with the same preshared key, or when an agreement is zero. Two X25519. WG §5.4.3, §5.4.5.
  ///
  /// `identity` is the one the handshake began with; a preshared key of zeros means none.
  public borrowing func finish(
    _ response: RawSpan, identity: borrowing Identity, presharedKey: borrowing Octets32
  ) -> SessionKeys? {
    guard Datagram.kind(of: response) == .response else { return nil }
    var running = transcript
    var key = Octets32()
    var keys = SessionKeys(sending: key, receiving: key)
    defer { running.wipe() }
    defer { key.wipe() }
    defer { keys.wipe() }

    let ephemeral = Response.ephemeral(of: response)
    running.mix(ephemeral: ephemeral)
    guard running.mix(agreementOf: ephemeralPrivate.bytes, with: ephemeral.bytes),
      running.mix(agreementOf: identity.privateKey.bytes, with: ephemeral.bytes)
    else { return nil }
    running.mix(presharedKey: presharedKey.bytes, deriving: &key)
    var nothing = FixedOctets<0>()
    guard running.open(Response.sealedEmpty(of: response), key: key.bytes, into: &nothing) else { return nil }
    running.split(initiator: &keys.sending, responder: &keys.receiving)
    return keys
  }

  /// Overwrites the state with zeros in place.
  public mutating func wipe() {
    secureWipe(&self)
  }
}
