public import RolloutMetadata

/// Which of two implementations a component runs with. On Linux the native one is the kernel's, the portable one the
/// daemon; on Windows the new driver and the one before.
public enum Implementation: UInt8, Named, Sendable {
  case native
  case portable

  /// The name.
  public var name: StaticString {
    switch self {
    case .native: "native"
    case .portable: "portable"
    }
  }
}

/// A knob that somebody has set.
public struct SetKnob: Equatable, Sendable {
  /// Its name.
  public let name: [UInt8]
  /// What it is set to; a switch is on when this is `1`.
  public let value: [UInt8]

  /// A knob that is set.
  public init(name: [UInt8], value: [UInt8]) {
    self.name = name
    self.value = value
  }

  /// Whether a switch is on.
  public var isOn: Bool { value == ("1" as StaticString) }
}

/// What is said of a knob that is set.
public enum KnobWarning: Equatable, Sendable {
  /// It works, and will not any more from this serial.
  case deprecated(removedIn: UInt64?)
  /// It does nothing any more.
  case retired
  /// Nobody knows it.
  case unknown
}

/// The choice between two implementations: a function of the release's phase, the administrator's policy and the knobs.
public struct ImplementationChoice: Equatable, Sendable {
  /// Why it was chosen.
  public enum Reason: UInt8, Named, Sendable {
    /// The phase says so.
    case phase
    /// Somebody opted in.
    case optedIn
    /// Somebody opted out.
    case optedOut
    /// The program that embeds it asked for it.
    case embedder
    /// The machine does not have the native one.
    case unavailable

    /// The name.
    public var name: StaticString {
      switch self {
      case .phase: "phase"
      case .optedIn: "optedIn"
      case .optedOut: "optedOut"
      case .embedder: "embedder"
      case .unavailable: "unavailable"
      }
    }
  }

  /// What runs.
  public let implementation: Implementation
  /// Why.
  public let reason: Reason

  /// The knob that chooses the native implementation while it is optional.
  public static let optIn: StaticString = "ExperimentalNativeDriver"
  /// The knob that chooses the portable one while the native is the default.
  public static let optOut: StaticString = "UsePortableImplementation"

  /// The choice. A knob counts only while it is active or deprecated in the release; in the last phase none does.
  public init(
    phase: Phase, release knobs: [KnobState], set: [SetKnob], embedderForcesPortable: Bool, hasNative: Bool
  ) {
    func isOn(_ name: StaticString) -> Bool {
      set.contains { $0.name == name && $0.isOn }
        && knobs.contains { $0.name == name && ($0.life == .active || $0.life == .deprecated) }
    }
    switch phase {
    case .optIn where !isOn(Self.optIn): (implementation, reason) = (.portable, .phase)
    case .optIn where !hasNative: (implementation, reason) = (.portable, .unavailable)
    case .optIn: (implementation, reason) = (.native, .optedIn)
    case .default where isOn(Self.optOut): (implementation, reason) = (.portable, .optedOut)
    case .default where embedderForcesPortable: (implementation, reason) = (.portable, .embedder)
    case .default where !hasNative: (implementation, reason) = (.portable, .unavailable)
    case .default, .sole: (implementation, reason) = (.native, .phase)
    }
  }
}

extension Release {
  /// What is said of a knob that is set under this release; nil when nothing. Never silence for one that does nothing.
  public func warning(of knob: SetKnob) -> KnobWarning? {
    guard let state = self.knob(knob.name) else { return .unknown }
    switch state.life {
    case .active: return nil
    case .deprecated: return .deprecated(removedIn: state.removedIn)
    case .retired: return .retired
    case .removed: return .unknown
    }
  }
}
