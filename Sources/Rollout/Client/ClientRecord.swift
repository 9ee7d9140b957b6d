public import RolloutMetadata

/// What a client must not forget: written whole, and flushed, before anything is done on its account.
public struct ClientRecord: Equatable, Sendable {
  /// How far an update has come.
  public enum Progress: Equatable, Sendable {
    /// None is under way.
    case idle
    /// The files of a serial are being fetched.
    case fetching(UInt64)
    /// They are being unpacked beside what runs.
    case staging(UInt64)
    /// What runs is being remembered: adapters, configurations, what the probes shall find again.
    case arming(UInt64)
    /// The serial takes over; so many starts of it are left.
    case switching(UInt64, startsLeft: UInt8)
    /// It runs, and is watched.
    case probation(UInt64, Probation)
    /// It stays; what is older than the one before is being thrown away.
    case committing(UInt64, note: CommitNote)
    /// The one before comes back.
    case goingBack(UInt64, RollbackReason)
  }

  /// The component.
  public var component: Component
  /// How far an update has come.
  public var progress = Progress.idle
  /// The serial that is committed; nil before the first.
  public var committed: UInt64?
  /// The one before, which stays on the disk.
  public var previous: UInt64?
  /// Serials that have failed here, at most `quarantineLimit`, the newest last.
  public var quarantined: [UInt64] = []
  /// The note of the last commit.
  public var note = CommitNote.proven
  /// Why an update last went back, and from which serial; until a higher one is committed.
  public var lastRollback: Failed?
  /// Whether the program stopped in order: such a stop costs no start.
  public var stoppedInOrder = false
  /// The serial that the administrator goes back from, or has gone back from: once it is not the committed one, it is not
  /// offered again until somebody says otherwise, or something newer is kept.
  public var unwanted: UInt64?
  /// The number of records written before this one.
  public var sequence: UInt64 = 0

  /// A serial and why it went back.
  public struct Failed: Equatable, Sendable {
    /// The serial.
    public let serial: UInt64
    /// Why.
    public let reason: RollbackReason

    /// A serial and why it went back.
    public init(serial: UInt64, reason: RollbackReason) {
      self.serial = serial
      self.reason = reason
    }
  }

  /// How often an uncommitted serial may be started.
  public static let starts: UInt8 = 3
  /// How many failed serials are remembered.
  public static let quarantineLimit = 64

  /// The record of a component of which nothing is installed, or this.
  public init(component: Component, committed: UInt64? = nil) {
    self.component = component
    self.committed = committed
  }

  /// The serials that are not tried again until somebody says so: those that have failed, and the unwanted one.
  public var refused: [UInt64] {
    guard let unwanted, unwanted != committed, !quarantined.contains(unwanted) else { return quarantined }
    return quarantined + [unwanted]
  }

  /// Whether nothing but a rollback may follow, and the machine says so: what is committed lies below the floor because
  /// something above it failed here.
  public func isBelowFloorAfterRollback(floor: UInt64) -> Bool {
    guard let lastRollback, let committed else { return false }
    return committed < floor && lastRollback.serial >= floor
  }
}

/// What is known of a serial when it is committed.
public enum CommitNote: UInt8, Named, Sendable {
  /// All probes passed.
  case proven
  /// No peer was there to prove it with: it counts as a tenth of an install.
  case idle
  /// Some probes could not tell.
  case inconclusive

  /// The name.
  public var name: StaticString {
    switch self {
    case .proven: "proven"
    case .idle: "idle"
    case .inconclusive: "inconclusive"
    }
  }
}

/// Why a serial went back.
public enum RollbackReason: UInt8, Named, Sendable {
  /// It could not take over.
  case switchFailed
  /// A probe failed.
  case probeFailed
  /// It was started too often without being committed.
  case crashLoop
  /// It did not come up in time.
  case hang
  /// The administrator asked for it.
  case requested

  /// The name.
  public var name: StaticString {
    switch self {
    case .switchFailed: "switchFailed"
    case .probeFailed: "probeFailed"
    case .crashLoop: "crashLoop"
    case .hang: "hang"
    case .requested: "requested"
    }
  }
}
