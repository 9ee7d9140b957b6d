public import RolloutMetadata

/// All that a client decides by: what it believes, what it is, and what its administrator wants. Nothing else, not even a
/// clock, so that every decision can be made again later and explained.
public struct Situation: Equatable, Sendable {
  /// When a serial was first offered here.
  public struct FirstOffer: Equatable, Sendable {
    /// The component.
    public let component: Component
    /// The serial.
    public let serial: UInt64
    /// When.
    public let at: UTCTime

    /// An entry.
    public init(component: Component, serial: UInt64, at time: UTCTime) {
      self.component = component
      self.serial = serial
      at = time
    }
  }

  /// A serial of a component.
  public struct Installed: Equatable, Sendable {
    /// The component.
    public let component: Component
    /// The serial.
    public let serial: UInt64

    /// A serial of a component.
    public init(component: Component, serial: UInt64) {
      self.component = component
      self.serial = serial
    }
  }

  /// The component that is decided about.
  public var component: Component
  /// What was verified.
  public var trusted: TrustedSet
  /// The system's clock.
  public var systemClock: UTCTime
  /// The time that what was verified is judged by, when it is not the clock's: a bundle is as fresh as the day it was made,
  /// and what was held back on that day stays so.
  public var freshnessClock: UTCTime?
  /// The administrator's decisions.
  public var policy: LocalPolicy
  /// What the machine knows of itself.
  public var facts: Facts
  /// The operating system that artifacts must be for.
  public var system: [UInt8]
  /// The processor that they must be for.
  public var architecture: [UInt8]
  /// 16 random bytes that stay here; nil when they are lost.
  public var installID: [UInt8]?
  /// What is installed and committed.
  public var committed: [Installed] = []
  /// What has failed here and is not tried again.
  public var quarantined: [Installed] = []
  /// When serials were first offered here.
  public var firstOffers: [FirstOffer] = []
  /// The organisation's change requests with the approvals there are, verified.
  public var changeControls: [ChangeControl] = []
  /// Whether a rollback has left the machine below the security floor.
  public var isBelowFloorAfterRollback = false
  /// Whether the connection costs by volume, or the machine runs on battery, or a tunnel is busy.
  public var isBusy = false

  /// A situation in which nothing is installed.
  public init(
    component: Component, trusted: TrustedSet, systemClock: UTCTime, policy: LocalPolicy, facts: Facts,
    system: [UInt8], architecture: [UInt8], installID: [UInt8]?
  ) {
    self.component = component
    self.trusted = trusted
    self.systemClock = systemClock
    self.policy = policy
    self.facts = facts
    self.system = system
    self.architecture = architecture
    self.installID = installID
  }

  /// The time that what was verified is judged by.
  var publishersClock: UTCTime { freshnessClock ?? systemClock }

  /// The time to decide by.
  public var now: UTCTime { trusted.now(systemClock: systemClock) }

  /// The committed serial of a component; 0 when there is none.
  public func committedSerial(_ component: Component) -> UInt64 {
    for entry in committed where entry.component == component { return entry.serial }
    return 0
  }

  /// Whether a serial of the component has failed here.
  public func isQuarantined(_ serial: UInt64) -> Bool {
    for entry in quarantined where entry.component == component && entry.serial == serial { return true }
    return false
  }

  /// The security floor of the component.
  public var floor: UInt64 { trusted.releases?.document.floor(component) ?? 0 }

  /// Whether the machine is below the security floor, and a serial is not.
  public func liftsToFloor(_ serial: UInt64) -> Bool { committedSerial(component) < floor && serial >= floor }
}
