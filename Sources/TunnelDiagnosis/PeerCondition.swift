public import TunnelReport

/// What is to be thought of a tunnel: the state of its peers in a word, who gets an address, what is likely to be wrong.
///
/// Everything here is a function of what the control socket and the system say; the host asks them. A word never rests on
/// an interface being there: only handshakes prove that a peer is.

/// The state of a peer, told by its handshakes and counters (protocol.md §13, §14).
public enum PeerCondition: Equatable, Sendable {
  /// Nothing was ever sent: nobody has wanted anything yet.
  case idle
  /// Initiations were sent, this many at least, and not answered.
  case handshaking(attempts: UInt64)
  /// The peer is under load and wants to see that we are where we say; the next initiation shows it.
  case underLoad(attempts: UInt64)
  /// What the peer sent was refused, for the reason of this name.
  case rejected(reason: String)
  /// The newest session is young enough to send with.
  case established(age: Int64)
  /// The same, and the peer has moved to another endpoint by itself just now.
  case roaming(age: Int64)
  /// The newest session is due to be renewed, and still good.
  case rekeying(age: Int64)
  /// The newest session is too old to be used: nothing was sent since, or nobody answers.
  case stale(age: Int64)
  /// The newest session is from the future: a clock was set back.
  case skewed(ahead: Int64)

  /// A session is renewed after this many seconds (REKEY_AFTER_TIME), and is of no use after that many
  /// (REJECT_AFTER_TIME).
  static let renewalAge: Int64 = 120
  static let lastAge: Int64 = 180
  /// Bytes of an initiation.
  static let initiationLength: UInt64 = 148
  /// Initiations before one gives up: 90 s, one every 5 s.
  public static let mostAttempts: UInt64 = 18
  /// Milliseconds for which a refusal is what is to be said of a peer without a session.
  static let refusalLifetime: UInt64 = 30_000
  /// Milliseconds for which a move of the peer is what is to be said of it.
  static let roamingLifetime: UInt64 = 30_000

  /// The condition of a peer at `now`, in seconds since 1970; `observed` is what its own daemon says of its handshakes,
  /// which others' do not.
  public init(_ peer: PeerState, observed: PeerObservation? = nil, now: Int64) {
    self.init(counters: peer, now: now)
    guard let observed else { return }
    switch self {
    case .handshaking, .stale, .idle, .underLoad, .rejected:
      if let reason = observed.refusal, reason != "superseded", observed.refusalAge ?? .max <= Self.refusalLifetime {
        self = .rejected(reason: reason)
      } else if observed.awaitsResponse {
        self =
          observed.holdsCookie
          ? .underLoad(attempts: observed.initiations) : .handshaking(attempts: observed.initiations)
      }
    case .established(let age), .rekeying(let age):
      if observed.roamedAge ?? .max <= Self.roamingLifetime { self = .roaming(age: age) }
    case .roaming, .skewed: break
    }
  }

  /// The condition of a peer by what every server's control socket says.
  private init(counters peer: PeerState, now: Int64) {
    let age = now - peer.handshakeSeconds
    if peer.handshakeSeconds == 0 {
      let attempts = peer.sentBytes / Self.initiationLength
      self = attempts == 0 ? .idle : .handshaking(attempts: attempts)
    } else if age < 0 {
      self = .skewed(ahead: -age)
    } else if age <= Self.renewalAge {
      self = .established(age: age)
    } else if age <= Self.lastAge {
      self = .rekeying(age: age)
    } else {
      self = .stale(age: age)
    }
  }

  /// The word, stable for scripts.
  public var word: String {
    switch self {
    case .idle: "Idle"
    case .handshaking: "Handshaking"
    case .underLoad: "UnderLoad"
    case .rejected: "Rejected"
    case .established: "Established"
    case .roaming: "Roaming"
    case .rekeying: "Rekeying"
    case .stale: "Stale"
    case .skewed: "Skewed"
    }
  }

  /// Whether a script that wants the tunnel may go on: nothing was tried and failed.
  public var isHealthy: Bool {
    switch self {
    case .idle, .established, .roaming, .rekeying: true
    case .handshaking, .underLoad, .rejected, .stale, .skewed: false
    }
  }

  /// The word with what is known beside it.
  public var text: String {
    switch self {
    case .idle: word
    case .handshaking(let attempts) where attempts > Self.mostAttempts: "\(word)(\(attempts), given up at least once)"
    case .handshaking(let attempts): "\(word)(\(attempts)/\(Self.mostAttempts))"
    case .underLoad(let attempts): "\(word)(\(attempts)/\(Self.mostAttempts))"
    case .rejected(let reason): "\(word)(\(reason))"
    case .established(let age), .roaming(let age), .rekeying(let age), .stale(let age): "\(word)(\(age) s)"
    case .skewed(let ahead): "\(word)(\(ahead) s ahead)"
    }
  }
}
