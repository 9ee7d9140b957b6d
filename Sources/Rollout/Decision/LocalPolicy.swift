public import RolloutMetadata

/// What the machine's administrator has decided.
public struct LocalPolicy: Equatable, Sendable {
  /// What is done with an update.
  public enum UpdateMode: UInt8, Named, Sendable {
    /// It is installed.
    case auto
    /// It is told.
    case notify
    /// It is told only to those who ask.
    case manual
    /// There is none.
    case never

    /// The name.
    public var name: StaticString {
      switch self {
      case .auto: "auto"
      case .notify: "notify"
      case .manual: "manual"
      case .never: "never"
      }
    }
  }

  /// Which serials of a component may be installed.
  public struct Pin: Equatable, Sendable {
    /// What a pin lets through.
    public enum Rule: Equatable, Sendable {
      /// Versions that begin so, up to a full stop.
      case version(prefix: [UInt8])
      /// One serial.
      case exactly(UInt64)
      /// Serials up to one.
      case atMost(UInt64)
    }

    /// The component.
    public var component: Component
    /// What it lets through.
    public var rule: Rule

    /// A pin.
    public init(component: Component, rule: Rule) {
      self.component = component
      self.rule = rule
    }

    /// Whether the pin lets a release through.
    public func allows(_ release: Release) -> Bool {
      switch rule {
      case .exactly(let serial): return release.serial == serial
      case .atMost(let serial): return release.serial <= serial
      case .version(let prefix):
        let version = release.version
        guard version.count >= prefix.count else { return false }
        for i in 0..<prefix.count where version[i] != prefix[i] { return false }
        // 1.4 is no prefix of 1.40.
        return version.count == prefix.count || prefix.last == UInt8(ascii: ".")
          || version[prefix.count] == UInt8(ascii: ".")
      }
    }
  }

  /// A time in which nothing is installed.
  public struct Pause: Equatable, Sendable {
    /// When it was decided.
    public var setAt: UTCTime
    /// Until when, at most `Pause.longest` after that.
    public var until: UTCTime

    /// A pause lasts 35 days at most.
    public static let longest: Int64 = 35 * 86_400

    /// A pause.
    public init(setAt: UTCTime, until: UTCTime) {
      self.setAt = setAt
      self.until = until
    }

    /// When it really ends.
    public var end: UTCTime { min(until, setAt + Self.longest) }
  }

  /// How early to hear of releases.
  public var channel = Channel.stable
  /// What is done with updates.
  public var updateMode = UpdateMode.notify
  /// Pins, any number for a component: a release has to pass all.
  public var pins: [Pin] = []
  /// Days that a release is left to others after it was first offered here.
  public var deferDays: UInt64 = 0
  /// A time in which nothing is installed.
  public var pause: Pause?
  /// Whether an organisation's change request has to be approved first.
  public var requiresChangeRequest = false
  /// How old a bundle may be, in days, whose releases are installed.
  public var maxBundleAgeDays = OfflineBundle.maximumAgeDays
  /// Whether a rollback that the publisher only advises is taken.
  public var acceptsAdvisedRollback = false
  /// Whether a required rollback is taken without a change request.
  public var acceptsRequiredRollback = false

  /// Whether nothing is installed without an approved change request: the organisation wants one, or the machine follows
  /// the channel for those who take nothing else.
  public var requiresApproval: Bool { requiresChangeRequest || channel == .frozen }

  /// What holds when nobody has decided anything.
  public init() {}

  /// The most days that a release may be left to others.
  public static func longestDeferral(_ release: Release) -> UInt64 {
    release.isSecurity ? 7 : release.component == .driver ? 30 : 365
  }
}
