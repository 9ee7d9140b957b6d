import ConfigurationFile

/// What is asked of update channels.
public enum ChannelVerb: Equatable, Sendable {
  /// Verify and decide.
  case check
  /// Do what was decided; unattended, only when the policy UpdateMode is auto.
  case update(isUnattended: Bool)
  /// What is installed, what was done, and why.
  case status, history, why
  /// Back to the release before.
  case rollback
  /// Keep the release that is watched.
  case commit
  /// Let a release that failed be tried again.
  case clear(serial: UInt64)
  /// Take releases in from a bundle.
  case take(bundle: [UInt8])
  /// Let the release serve as its phase and the knobs say now.
  case apply
  /// Check that nobody has changed the log.
  case verify
  /// Where this machine stands in the queue of each release.
  case bucket

  /// The verb of the arguments behind `channel`.
  init(_ arguments: [String]) throws(UsageError) {
    let words = arguments.map { Array($0.utf8)[...] }
    guard let verb = words.first else { throw UsageError("channel is followed by a verb") }
    if verb.isAny("clear"), words.count == 2, let serial = UInt64(arguments[1]) {
      self = .clear(serial: serial)
      return
    }
    if verb.isAny("import"), words.count == 2 {
      self = .take(bundle: Array(words[1]))
      return
    }
    if verb.isAny("update"), words.count == 2, words[1].isAny("unattended") {
      self = .update(isUnattended: true)
      return
    }
    guard words.count == 1 else { throw UsageError("channel \(arguments[0]) is not followed by \(arguments[1])") }
    if verb.isAny("check") {
      self = .check
    } else if verb.isAny("update") {
      self = .update(isUnattended: false)
    } else if verb.isAny("status") {
      self = .status
    } else if verb.isAny("history") {
      self = .history
    } else if verb.isAny("why") {
      self = .why
    } else if verb.isAny("rollback") {
      self = .rollback
    } else if verb.isAny("commit") {
      self = .commit
    } else if verb.isAny("apply") {
      self = .apply
    } else if verb.isAny("verify") {
      self = .verify
    } else if verb.isAny("bucket") {
      self = .bucket
    } else if verb.isAny("import") {
      throw UsageError("channel import is followed by a file")
    } else if verb.isAny("clear") {
      throw UsageError("channel clear is followed by a serial")
    } else {
      throw UsageError("channel has no verb \(arguments[0])")
    }
  }
}
