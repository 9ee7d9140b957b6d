internal import Cryptography
internal import Messages
public import Octets
public import Timeline

/// The responder's side after the initiator has proved its key. The message may still be a replay: the timestamp tells.
public struct AuthenticatedInitiation: BitwiseCopyable, Sendable {
  /// The initiator's timestamp, for `InitiationHistory`.
  public internal(set) var timestamp: Timestamp
  /// The initiator's static public key.
  public private(set) var remoteStatic: Octets32
  /// The index by which the initiator will know the session.
  public private(set) var senderIndex: UInt32
  /// The initiator's ephemeral public key.
  package private(set) var remoteEphemeral: Octets32
  /// The transcript after the timestamp.
  package internal(set) var transcript: Transcript

  /// A state after these steps.
  package init(
    timestamp: Timestamp, remoteStatic: Octets32, senderIndex: UInt32, remoteEphemeral: Octets32,
    transcript: borrowing Transcript
  ) {
    self.timestamp = timestamp
    self.remoteStatic = remoteStatic
    self.senderIndex = senderIndex
    self.remoteEphemeral = remoteEphemeral
    self.transcript = copy transcript
  }

  /// Answers: writes everything of a response but the sender index, which is left zero, and the MACs.
  ///
  /// The sender index is written next, then the MACs. `response` is at least 92 bytes. Nil, and the content of `response`
  /// is void, when an agreement is zero. Three X25519. WG §5.4.3, §5.4.5.
  ///
  /// - Parameters:
  ///   - presharedKey: the peer's; zeros mean none.
  ///   - ephemeralSeed: 32 random bytes, never used again; wiped by the caller.
  ///   - response: at least 92 bytes.
  public borrowing func respond(
    presharedKey: borrowing Octets32, ephemeralSeed: borrowing Octets32, into response: inout MutableRawSpan
  ) -> SessionKeys? {
    precondition(response.byteCount >= Response.byteCount)
    var running = transcript
    var key = Octets32()
    var keys = SessionKeys(sending: key, receiving: key)
    // The copy that is returned is made before these run.
    defer { running.wipe() }
    defer { key.wipe() }
    defer { keys.wipe() }

    let ephemeral = X25519.publicKey(ephemeralSeed.bytes)
    Response.emitHeader(receiverIndex: senderIndex, ephemeral: ephemeral, into: &response)
    running.mix(ephemeral: ephemeral)
    guard running.mix(agreementOf: ephemeralSeed.bytes, with: remoteEphemeral.bytes),
      running.mix(agreementOf: ephemeralSeed.bytes, with: remoteStatic.bytes)
    else { return nil }
    running.mix(presharedKey: presharedKey.bytes, deriving: &key)
    running.seal(key.bytes.extracting(first: 0), key: key.bytes, into: &response, at: Response.sealedEmptyOffset)
    running.split(initiator: &keys.receiving, responder: &keys.sending)
    return keys
  }

  /// Overwrites the state with zeros in place.
  public mutating func wipe() {
    secureWipe(&self)
  }
}
