internal import Containers
internal import Cryptography
internal import Handshake
internal import Messages
internal import Octets
internal import Timeline

/// One handshake message being made or understood: the expensive part, run on any thread outside the lane.
///
/// The host owns the memory and goes round: `Machine.takeJob`, then `run` and `Machine.commit` until that returns
/// false. A job holds secrets between those calls and none after the last.
public struct HandshakeJob: BitwiseCopyable, Sendable {
  enum Step: UInt8, BitwiseCopyable {
    case idle
    /// Make an initiation.
    case initiating
    /// Find out who sent an initiation.
    case identifying
    /// Authenticate an initiation and answer it.
    case responding
    /// Understand the response to our initiation.
    case finishing
  }

  var step = Step.idle
  var hasSucceeded = false
  let randomness: Randomness
  /// The message being read.
  var input = FixedOctets<148>()
  var inputLength = 0
  /// The message being made.
  var output = FixedOctets<148>()
  var path = Path(Endpoint(IPAddress(v4: 0), port: 0))

  var identity: Identity?
  var identityEpoch: UInt64 = 0
  var peer = Handle.none
  var pending = Handle.none
  var remotePublic = Octets32()
  var presharedKey = Octets32()
  var staticStatic = Octets32()
  var staticStaticIsKnown = false
  /// Our timestamp to send, or the one the peer sent.
  var timestamp = Timestamp()
  /// What the peer's timestamp must surpass.
  var history = InitiationHistory()
  /// When the job was taken up.
  var begun = Instant(nanoseconds: 0)
  var failure = Rejection.handshakeFailed

  var identified: IdentifiedInitiation?
  var sent: SentInitiation?
  var keys: SessionKeys?

  /// A job to be filled by `Machine.takeJob`, drawing ephemeral keys from `randomness`.
  public init(randomness: Randomness) {
    self.randomness = randomness
  }

  /// Does the job's step and wipes the stack it used. Cost: up to three X25519 and a dozen BLAKE2s. Touches nothing but
  /// the job.
  public mutating func run() {
    runStep()
    secureWipeStack()
  }

  @inline(never)
  private mutating func runStep() {
    hasSucceeded = false
    failure = .handshakeFailed
    guard let identity else { return }
    switch step {
    case .idle: break
    case .initiating: initiate(identity)
    case .identifying: identify(identity)
    case .responding: respond(identity)
    case .finishing: finish(identity)
    }
  }

  private var subject: UInt64 { remotePublic.bytes.littleEndian64(at: 0) }

  /// Computes the static-static secret when nobody has since the keys changed; false when it is zero.
  private mutating func ensureStaticStatic(_ identity: Identity) -> Bool {
    if !staticStaticIsKnown {
      staticStatic = X25519.agree(identity.privateKey.bytes, remotePublic.bytes) ?? Octets32()
      staticStaticIsKnown = true
    }
    return !staticStatic.isZero
  }

  private mutating func initiate(_ identity: Identity) {
    guard ensureStaticStatic(identity) else { return }
    var seed: Octets32 = randomness.draw(.ephemeral, subject: subject)
    let (stamp, secret, remote) = (timestamp, staticStatic, remotePublic)
    output = FixedOctets()
    sent = output.withMutableBytes { bytes in
      SentInitiation.begin(
        identity: identity, remotePublic: remote, staticStatic: secret, ephemeralSeed: seed, timestamp: stamp,
        into: &bytes)
    }
    seed.wipe()
    hasSucceeded = sent != nil
  }

  private mutating func identify(_ identity: Identity) {
    identified = IdentifiedInitiation.identify(input.bytes, identity: identity)
    hasSucceeded = identified != nil
  }

  private mutating func respond(_ identity: Identity) {
    guard ensureStaticStatic(identity), let identified else { return }
    guard var authenticated = identified.authenticate(input.bytes, staticStatic: staticStatic) else { return }
    defer { authenticated.wipe() }
    guard history.admits(authenticated.timestamp, at: begun) else {
      failure = .staleInitiation
      return
    }
    timestamp = authenticated.timestamp
    var seed: Octets32 = randomness.draw(.ephemeral, subject: subject)
    let preshared = presharedKey
    output = FixedOctets()
    keys = output.withMutableBytes { bytes in
      authenticated.respond(presharedKey: preshared, ephemeralSeed: seed, into: &bytes)
    }
    seed.wipe()
    hasSucceeded = keys != nil
  }

  private mutating func finish(_ identity: Identity) {
    guard let sent else { return }
    keys = sent.finish(
      input.bytes.extracting(0..<Response.byteCount), identity: identity, presharedKey: presharedKey)
    hasSucceeded = keys != nil
  }

  /// Wipes everything, and makes the job ready to be filled again.
  mutating func clear() {
    let randomness = randomness
    secureWipe(&self)
    self = HandshakeJob(randomness: randomness)
  }
}

/// An initiation that awaits its answer.
struct PendingInitiation: BitwiseCopyable {
  var sent: SentInitiation
  let localIndex: UInt32
  /// The place of the peer.
  let owner: UInt32
}
