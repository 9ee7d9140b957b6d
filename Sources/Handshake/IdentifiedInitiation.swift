internal import Messages
public import Octets

/// The responder's side after it has learnt who the initiator claims to be.
///
/// Anybody can make an initiation that gets here with anybody's public key in it: it proves nothing yet.
public struct IdentifiedInitiation: BitwiseCopyable, Sendable {
  /// The static public key the initiator claims.
  public private(set) var remoteStatic: Octets32
  /// The index by which the initiator will know the session.
  public private(set) var senderIndex: UInt32
  /// The initiator's ephemeral public key.
  package private(set) var remoteEphemeral: Octets32
  /// The transcript after the static field.
  package private(set) var transcript: Transcript

  /// Opens the static field of `message`, any bytes. Nil when it is no initiation to `identity`. One X25519. WG §5.4.2.
  public static func identify(_ message: RawSpan, identity: borrowing Identity) -> IdentifiedInitiation? {
    guard Datagram.kind(of: message) == .initiation else { return nil }
    var state = IdentifiedInitiation(
      remoteStatic: Octets32(), senderIndex: Initiation.senderIndex(of: message),
      remoteEphemeral: Initiation.ephemeral(of: message), transcript: Transcript(responder: identity.publicKey))
    var key = Octets32()
    // The copy that is returned is made before these run.
    defer { state.wipe() }
    defer { key.wipe() }

    state.transcript.mix(ephemeral: state.remoteEphemeral)
    guard
      state.transcript.mix(
        agreementOf: identity.privateKey.bytes, with: state.remoteEphemeral.bytes, deriving: &key),
      state.transcript.open(Initiation.sealedStatic(of: message), key: key.bytes, into: &state.remoteStatic)
    else { return nil }
    return state
  }

  /// Opens the timestamp of `message`, the same message: only the owner of the claimed key can have sealed it. Nil when it
  /// does not open or `staticStatic` is zero. No X25519.
  ///
  /// `staticStatic` is what `Identity.staticStatic(with: remoteStatic)` gave.
  public borrowing func authenticate(
    _ message: RawSpan, staticStatic: borrowing Octets32
  ) -> AuthenticatedInitiation? {
    guard Datagram.kind(of: message) == .initiation, !staticStatic.isZero else { return nil }
    var state = AuthenticatedInitiation(
      timestamp: FixedOctets(), remoteStatic: remoteStatic, senderIndex: senderIndex,
      remoteEphemeral: remoteEphemeral, transcript: transcript)
    var key = Octets32()
    defer { state.wipe() }
    defer { key.wipe() }

    state.transcript.mix(staticStatic.bytes, deriving: &key)
    guard state.transcript.open(Initiation.sealedTimestamp(of: message), key: key.bytes, into: &state.timestamp) else {
      return nil
    }
    return state
  }

  /// Overwrites the state with zeros in place.
  public mutating func wipe() {
    secureWipe(&self)
  }
}
