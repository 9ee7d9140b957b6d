/// The driver's way into the driver store, and back when the adapter that needs it does not start: which step comes
/// next.
///
/// The host performs `step` and tells how it went with `finish`, until the step is one of the last ones (`isOver`).
/// Steps are undone in reverse; a step that cannot be undone (a package that is gone) has one before it that keeps what
/// undoing takes. Whatever happens, an adapter that was disabled is enabled again.
public struct Installation: Sendable {
  /// What the host does next.
  public enum Step: UInt8, Sendable {
    /// Look at every package in the store that fits our hardware, and report each with `consider`.
    case survey
    /// Remember state and configuration of every adapter, and disable it.
    case disable
    /// Wait until the old driver has left the kernel.
    case awaitUnload
    /// Copy the files of every older package.
    case keep
    /// Remove every older package from the store.
    case remove
    /// Put our package into the store.
    case add
    /// Make the adapter, and wait until it has started; nothing of it is left when that fails.
    case start
    /// Remove our package from the store.
    case withdraw
    /// Put the kept packages back.
    case putBack
    /// Enable what was disabled; each gets its configuration and state again.
    case enable
    /// The adapter is there.
    case done
    /// It is not: the error is that of the step that failed.
    case failed
  }

  /// The step to be done.
  public private(set) var step = Step.survey
  /// How many packages of the store are to be replaced.
  public private(set) var olderCount: UInt32 = 0
  private let own: DriverVersion
  private let isExact: Bool
  private var hasEnough = false
  private var isDisabled = false
  private var isRemoved = false
  private var isAdded = false
  /// Whether a step has failed that nothing goes on without. The error to report is that of the last step before.
  public private(set) var isUndoing = false

  /// The way of a package of this version. `isExact`: it takes the place of a newer one, too.
  public init(own: DriverVersion, isExact: Bool = false) {
    self.own = own
    self.isExact = isExact
  }

  /// Whether a package is to be replaced by ours. No package is replaced by an older one, unless that is what was asked
  /// for: a driver that is newer than its library serves it.
  public func replaces(_ version: DriverVersion) -> Bool { isExact ? version != own : version < own }

  /// Takes note of a package that is in the store: those that ours replaces go, any other is used.
  public mutating func consider(_ version: DriverVersion) {
    if replaces(version) { olderCount += 1 } else { hasEnough = true }
  }

  /// Whether there is nothing left to do.
  public var isOver: Bool { step == .done || step == .failed }

  /// The step has been done, or it failed.
  public mutating func finish(succeeded: Bool) {
    step = isUndoing ? stepBack() : succeeded ? stepOn() : turn()
  }

  private mutating func stepOn() -> Step {
    switch step {
    case .survey: return olderCount > 0 ? .disable : hasEnough ? .start : .add
    case .disable:
      isDisabled = true
      return .awaitUnload
    case .awaitUnload: return .keep
    case .keep: return .remove
    case .remove:
      isRemoved = true
      return hasEnough ? .start : .add
    case .add:
      isAdded = true
      return .start
    case .start: return isDisabled ? .enable : .done
    case .enable: return .done
    case .withdraw, .putBack, .done, .failed: return .failed
    }
  }

  /// A step failed: on without it, or back.
  private mutating func turn() -> Step {
    switch step {
    // The old image stays in use until the system restarts; the new one is used from then.
    case .awaitUnload: return .keep
    // The adapter that was asked for is there.
    case .enable: return .done
    case .disable: isDisabled = true  // Some of them are.
    case .remove: isRemoved = true  // Some of them are gone.
    case .survey, .keep, .add, .start, .withdraw, .putBack, .done, .failed: break
    }
    isUndoing = true
    return stepBack()
  }

  /// The next step of undoing, one after the other whether they succeed or not.
  private mutating func stepBack() -> Step {
    if isAdded && isRemoved {
      isAdded = false
      return .withdraw
    }
    if isRemoved {
      isRemoved = false
      return .putBack
    }
    if isDisabled {
      isDisabled = false
      return .enable
    }
    return .failed
  }
}
