extension Program {
  /// The least number of minutes between two checks, and the number when none is set: a day.
  static var leastUpdateInterval: UInt32 { 15 }
  static var updateInterval: UInt32 { 1440 }

  /// Runs the command that checks for updates over and over, until the end is asked for. The first time is by chance
  /// within one interval, so that not every computer asks at the same minute.
  func checkForUpdates() -> ExitCode {
    perform("updates cannot be checked for") { () throws(SystemError) in
      var isFirst = true
      system.isReady()
      while true {
        let check = try system.updateCheck()
        var minutes = max(check?.interval ?? Self.updateInterval, Self.leastUpdateInterval)
        if isFirst { minutes = system.random(below: minutes) }
        isFirst = false
        if waits(minutes: minutes) { return }
        if let check { runUpdateCheck(check.command) }
      }
    }
  }

  private func waits(minutes: UInt32) -> Bool {
    for _ in 0..<minutes where system.wait(milliseconds: 60_000) { return true }
    return false
  }

  private func runUpdateCheck(_ command: String) {
    _ = perform("the update check cannot be run") { () throws(SystemError) in
      let code = try system.run(command: command)
      if code != 0 { system.complain("needletail: the update check ended with \(code)") }
    }
  }
}
