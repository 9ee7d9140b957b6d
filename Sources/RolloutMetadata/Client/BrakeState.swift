public import Octets

/// What brake keys hold back: the union of all they have said that has not run out.
///
/// A brake only takes away. An entry ends with its file's expiry, or when a rollout that two keys signed names it; a later
/// file of the same key that does not have it ends nothing.
public struct BrakeState: Equatable, Sendable {
  /// The newest version that a key's file was seen with.
  public struct Version: Equatable, Sendable {
    /// The identifier of the brake key.
    public let key: Octets32
    /// The version.
    public let version: UInt64
    /// The digest of that version's payload.
    public let digest: Octets32
  }

  /// A halt, and who said it until when.
  public struct HaltEntry: Equatable, Sendable {
    /// The identifier of the brake key.
    public let key: Octets32
    /// What is stopped.
    public let halt: Halt
    /// Until when.
    public let expires: UTCTime
  }

  /// A hold, and who said it until when.
  public struct HoldEntry: Equatable, Sendable {
    /// The identifier of the brake key.
    public let key: Octets32
    /// Who is held back.
    public let hold: Hold
    /// Until when.
    public let expires: UTCTime
  }

  /// The versions of the keys that have been heard.
  public internal(set) var versions: [Version] = []
  /// The halts.
  public internal(set) var halts: [HaltEntry] = []
  /// The holds.
  public internal(set) var holds: [HoldEntry] = []

  /// How far one fetch may take a key's version, so that its thief cannot end its use by jumping to the last one.
  public static let versionStep: UInt64 = 1000
  /// The most entries of each kind that one key is remembered with. Those that are there stay until they end, and others
  /// are not taken in: a key cannot push out what it has said itself.
  public static let entryLimit = 512

  /// Nothing held back.
  public init() {}

  /// The newest version seen of a key's file; 0 when none was.
  public func version(of key: Octets32) -> UInt64 {
    for entry in versions where entry.key == key { return entry.version }
    return 0
  }

  /// How much of the fleet may have a serial, in parts per million.
  public func cap(_ component: Component, _ serial: UInt64, at now: UTCTime, lifts: [[UInt8]]) -> UInt32 {
    var cap: UInt32 = 1_000_000
    for entry in halts where entry.halt.component == component && entry.halt.serial == serial {
      if now < entry.expires && !lifts.contains(entry.halt.reason) { cap = min(cap, entry.halt.ppm) }
    }
    return cap
  }

  /// The holds that have not run out.
  public func holds(at now: UTCTime, lifts: [[UInt8]]) -> [Hold] {
    var current: [Hold] = []
    for entry in holds where now < entry.expires && now < entry.hold.expires && !lifts.contains(entry.hold.id) {
      current.append(entry.hold)
    }
    return current
  }

  /// Takes in a verified file of `key`.
  mutating func merge(_ brake: Brake, of key: Octets32, digest: Octets32, at now: UTCTime) {
    versions.removeAll { $0.key == key }
    versions.append(Version(key: key, version: brake.version, digest: digest))
    halts.removeAll { $0.expires <= now }
    holds.removeAll { $0.expires <= now || $0.hold.expires <= now }
    guard now < brake.expires else { return }
    for halt in brake.halts {
      // The same once more lasts longer; another cap for the same reason stands beside it, and the lower one counts.
      var expires = brake.expires
      halts.removeAll { entry in
        guard entry.key == key && entry.halt == halt else { return false }
        expires = max(expires, entry.expires)
        return true
      }
      guard halts.count(where: { $0.key == key }) < Self.entryLimit else { continue }
      halts.append(HaltEntry(key: key, halt: halt, expires: expires))
    }
    for hold in brake.holds {
      var expires = brake.expires
      holds.removeAll { entry in
        guard entry.key == key && entry.hold == hold else { return false }
        expires = max(expires, entry.expires)
        return true
      }
      guard holds.count(where: { $0.key == key }) < Self.entryLimit else { continue }
      holds.append(HoldEntry(key: key, hold: hold, expires: expires))
    }
  }
}
