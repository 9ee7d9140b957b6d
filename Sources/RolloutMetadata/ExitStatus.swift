/// The exit statuses of the command `needletail`: a closed list, which scripts rely on.
///
/// All are below 128, so that no shell takes one for a signal.
public enum ExitStatus: UInt8, CaseIterable, Sendable {
  /// Done; or nothing to do.
  case success = 0
  /// What was asked for failed, and no other status says how.
  case failure = 1
  /// The command line is wrong.
  case usage = 2
  /// What is shown is older than it should be.
  case stale = 3
  /// There is an update for this machine.
  case updateAvailable = 10
  case deferred = 11
  /// A hold matches, or the brake is on.
  case halted = 12
  case notInCohort = 13
  case awaitingApproval = 14
  case awaitingWindow = 15
  /// A knob is set that no longer does anything.
  case retiredKnob = 16
  case notPermitted = 17
  /// A package for another system or processor.
  case wrongTarget = 18
  case badSignature = 20
  case expired = 21
  /// Older metadata, or older software, than was trusted before.
  case rollbackAttack = 22
  case mixAndMatch = 23
  /// Too few signatures; none at all is the least of these.
  case belowThreshold = 24
  case rootGap = 25
  /// Too long, or not in the one form that metadata has.
  case malformed = 26
  case clock = 27
  case stageFailed = 30
  /// The installation failed, and what was before is back.
  case installFailed = 31
  case rollbackFailed = 32
  /// The probation failed, and what was before is back.
  case probationFailed = 33
  case quarantined = 34
  case policy = 40
  case pinConflict = 41
  case badBundle = 50
  /// Another process holds the lock.
  case busy = 60
  case internalError = 70
  case restartRequired = 77
}
