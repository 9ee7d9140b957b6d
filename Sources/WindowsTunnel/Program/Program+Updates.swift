import Rollout
import RolloutMetadata

extension Program {
  /// The least number of minutes between two checks, and the number when none is set: a day.
  static var leastUpdateInterval: UInt32 { 15 }
  static var updateInterval: UInt32 { 1440 }

  /// Runs the command that checks for updates over and over, until the end is asked for. The first time is by chance
  /// within one interval, so that not every computer asks at the same minute. What administrators decide meanwhile holds
  /// from the next check on.
  func checkForUpdates() -> ExitCode {
    perform("updates cannot be checked for") { () throws(SystemError) in
      var isFirst = true
      system.isReady()
      while true {
        var minutes = try updateInterval()
        if isFirst { minutes = isUpdateUnderWay ? 0 : system.random(below: minutes) }
        // Tunnels may be down until it has gone on.
        if !isFirst && isSwitchUnderWay { minutes = min(minutes, 1) }
        isFirst = false
        if waits(minutes: minutes) { return }
        guard let decisions = try decisions(), let check = try updateCheck(decisions) else { continue }
        // Somebody has to ask, or nobody may.
        if decisions.isUpdateMode("manual", "never") && !isSwitchUnderWay { continue }
        _ = runUpdateCheck(check.command, decisions)
      }
    }
  }

  /// The command that checks for updates: somebody's own, or, where a policy says where releases come from, this program.
  private func updateCheck(_ decisions: Decisions) throws(SystemError) -> (command: String, interval: UInt32)? {
    if let check = try system.updateCheck() { return check }
    guard !decisions.text(of: .repository).utf8.isEmpty else { return nil }
    return ("\"\(try system.ownProgram())\" channel update unattended", 0)
  }

  /// Whether a channel's update waits to be gone on with: at the start of Windows that is not left to chance.
  private var isUpdateUnderWay: Bool {
    guard let host = try? WindowsUpdateHost(self), let record = try? host.folder.record(.driver) else { return false }
    return record.progress != .idle || record.stoppedInOrder
  }

  /// Whether an update was interrupted while one program took over from another.
  private var isSwitchUnderWay: Bool {
    guard let host = try? WindowsUpdateHost(self), let record = try? host.folder.record(.driver) else { return false }
    switch record.progress {
    case .switching, .goingBack: return true
    default: return false
    }
  }

  /// The minutes until the next check: a policy's, or else those of whoever has set the command.
  private func updateInterval() throws(SystemError) -> UInt32 {
    // One that cannot be is told of when it is time.
    if let value = try system.policy(Policy.updateInterval.name),
      let minutes = Policy.updateInterval.text(of: value).flatMap({ UInt32($0) })
    {
      return minutes
    }
    let check = try system.updateCheck()
    guard let check, check.interval > 0 else { return Self.updateInterval }
    return max(check.interval, Self.leastUpdateInterval)
  }

  private func waits(minutes: UInt32) -> Bool {
    for _ in 0..<minutes where system.wait(milliseconds: 60_000) { return true }
    return false
  }

  /// Runs it once, for somebody who asks.
  func checkForUpdatesNow() -> ExitCode {
    var code = ExitCode.done
    let outcome = perform("updates cannot be checked for") { () throws(SystemError) in
      guard let decisions = try decisions() else {
        code = .file
        return
      }
      if decisions.isUpdateMode("never") {
        system.complain("needletail: the policy UpdateMode says that this computer takes no updates")
        code = .denied
      } else if let check = try updateCheck(decisions) {
        code = runUpdateCheck(check.command, decisions)
      } else {
        system.complain(
          "needletail: there is no command that checks for updates: UpdateCommand of HKEY_LOCAL_MACHINE\\SOFTWARE\\Needletail "
            + "is one")
        code = .missing
      }
    }
    return outcome == .done ? code : outcome
  }

  private func runUpdateCheck(_ command: String, _ decisions: Decisions) -> ExitCode {
    var isFine = false
    let code = perform("the update check cannot be run") { () throws(SystemError) in
      let ended = try system.run(command: command, environment: decisions.environment)
      isFine = ended == 0 || Self.isDecision(ended)
      if !isFine { system.complain("needletail: the update check ended with \(ended)") }
    }
    return isFine || code != .done ? code : .refused
  }

  /// Statuses of a channel that say why nothing was installed, or that a restart is awaited, and are nobody's mistake.
  private static func isDecision(_ status: UInt32) -> Bool { (10...15).contains(status) || status == 77 }
}
