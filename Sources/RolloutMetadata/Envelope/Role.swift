public import Octets
internal import Signatures

/// The kinds of signed documents.
public enum Role: UInt8, CaseIterable, Sendable {
  case root
  case timestamp
  case snapshot
  case releases
  case rollout
  case brake
  case evidence
  case changeRequest
  case approval
  case attestation

  /// The value of `_type` in such a document.
  public var name: StaticString {
    switch self {
    case .root: "root"
    case .timestamp: "timestamp"
    case .snapshot: "snapshot"
    case .releases: "releases"
    case .rollout: "rollout"
    case .brake: "brake"
    case .evidence: "evidence"
    case .changeRequest: "changeRequest"
    case .approval: "approval"
    case .attestation: "attestation"
    }
  }

  /// The payload type that its signatures cover.
  public var payloadType: [UInt8] {
    ("application/vnd.needletail." as StaticString).octets + name.octets + ("+json" as StaticString).octets.versioned
  }

  /// The roles that the root of trust gives keys to.
  public static let ofRepository: [Role] = [.root, .timestamp, .snapshot, .releases, .rollout, .brake, .evidence]

  /// The most bytes that an envelope of this kind may have.
  public var lengthLimit: Int {
    switch self {
    case .root, .timestamp, .brake, .approval, .attestation: 64 << 10
    case .snapshot, .releases, .rollout, .evidence, .changeRequest: 4 << 20
    }
  }

  /// The most seconds from now that such a document may live.
  var longestLife: Int64 {
    let day: Int64 = 86_400
    return switch self {
    case .root: 400 * day
    case .timestamp: day
    case .snapshot: 7 * day
    case .releases: 90 * day
    // Seven days while a step is open, see `Rollout.longestLife`.
    case .rollout: 35 * day
    case .brake: 14 * day
    case .evidence: 35 * day
    case .changeRequest, .approval, .attestation: 400 * day
    }
  }

  /// Whether a role's keys are online, so that their thief must be able to do little and to be locked out.
  public var isOnline: Bool { self == .timestamp || self == .snapshot }

  /// Whether one key may never be enough.
  public var needsTwo: Bool { self == .root || self == .releases || self == .rollout }
}

extension [UInt8] {
  /// A suffix of a media type with the format's version before it.
  fileprivate var versioned: [UInt8] { (".v" as StaticString).octets + decimal(RolloutMetadata.format) + self }
}

/// A public key and its identifier.
public struct PublicKey: Equatable, Sendable {
  /// The 32 bytes of the Ed25519 key.
  public let bytes: Octets32
  /// The BLAKE2b-256 of the 32 bytes: a key has one identifier, and an identifier one key.
  public let identifier: Octets32

  /// The key of these bytes.
  public init(_ bytes: Octets32) {
    self.bytes = bytes
    identifier = BLAKE2b.hash32(bytes.bytes)
  }
}

/// The keys of a role and how many of them must have signed.
public struct RoleKeys: Equatable, Sendable {
  /// The keys, by ascending identifier, none twice.
  public let keys: [PublicKey]
  /// How many of them are needed; `1 ≤ threshold ≤ keys.count`.
  public let threshold: Int

  /// Keys of which `threshold` have to sign.
  public init(_ keys: [PublicKey], threshold: Int) {
    self.keys = keys
    self.threshold = threshold
  }

  /// One key that has to have signed.
  init(_ key: PublicKey) {
    self.init([key], threshold: 1)
  }

  /// The key with this identifier.
  public func key(_ identifier: Octets32) -> PublicKey? {
    for key in keys where key.identifier == identifier { return key }
    return nil
  }
}

/// The BLAKE2b-256 of bytes: what files and documents are told apart by.
public func blake2b256(_ bytes: [UInt8]) -> Octets32 {
  BLAKE2b.hash32(bytes.raw)
}
