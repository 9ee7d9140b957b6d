internal import ArgumentParser
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata

/// The present state.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what is installed and what is under way.",
    discussion: "Exits with 3 when the repository stands still.")
  @OptionGroup var options: ClientOptions

  func run() throws {
    let client = try options.open(changing: false)
    let record = client.record
    let offline = client.decidingBundle?.created.words
    let frozen = offline == nil ? client.trusted.frozenSince(systemClock: Clocks.now)?.words : nil
    let floor = client.trusted.releases?.document.floor(record.component) ?? 0
    let isRed = record.isBelowFloorAfterRollback(floor: floor)
    if options.json {
      print(
        "{\"committed\":\(record.committed ?? 0),\"previous\":\(record.previous ?? 0),\"state\":\"\(record.progress.words)\","
          + "\"quarantined\":[\(record.refused.map { "\($0)" }.joined(separator: ","))],\"belowFloor\":\(isRed),"
          + "\"idleKnobs\":[\(client.knobNotices.map { "\"\($0.name)\"" }.joined(separator: ","))],"
          + "\"offlineSince\":\(offline.map { "\"\($0)\"" } ?? "null"),"
          + "\"frozenSince\":\(frozen.map { "\"\($0)\"" } ?? "null")}")
    } else {
      print("component    \(record.component.name)")
      print("committed    \(record.committed.map { "\($0) (\(record.note.name))" } ?? "nothing")")
      print("previous     \(record.previous.map { "\($0)" } ?? "nothing")")
      print("state        \(record.progress.words)\(record.progress.serial.map { " \($0)" } ?? "")")
      if !record.refused.isEmpty {
        print("quarantined  \(record.refused.map { "\($0)" }.joined(separator: " "))")
      }
      if let last = record.lastRollback { print("went back    from \(last.serial): \(last.reason.name)") }
      if isRed { print("RED          below the security floor \(floor); the next release is taken at once") }
      for notice in client.knobNotices { print("warning      the knob \(notice.name) is \(notice.warning.words)") }
      if let offline { print("offline      freshness unknown since \(offline)") }
      if let frozen { print("frozen       nothing new since \(frozen); what is installed goes on running") }
    }
    if frozen != nil { throw Failure(.stale) }
  }
}

/// What was done, from the log.
struct History: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Say what this client has done.")
  @OptionGroup var options: ClientOptions

  func run() throws {
    let entries = try options.guarded { try ClientFolder(path: options.folder).verifiedLog() }
    for entry in entries {
      let texts = [entry.at.text, entry.event, entry.subject, entry.detail].map { String(decoding: $0, as: UTF8.self) }
      if options.json {
        print(
          "{\"seq\":\(entry.sequence),\"at\":\"\(texts[0])\",\"event\":\"\(texts[1])\",\"subject\":\"\(texts[2])\"}")
      } else {
        print(texts.joined(separator: "  "))
      }
    }
  }
}

/// Checks the log.
struct Log: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "The client's log.", subcommands: [Verify.self])

  /// Checks every line, and the end.
  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Check that nobody has changed the log.")
    @OptionGroup var options: ClientOptions

    func run() throws {
      let count = try options.guarded { try ClientFolder(path: options.folder).verifiedLog().count }
      print(options.json ? "{\"lines\":\(count)}" : "\(count) lines, as they were written")
    }
  }
}

/// Goes back.
struct Rollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Go back: from a release that is watched at once, from a committed one by installing the one before.")
  @OptionGroup var options: ClientOptions

  func run() throws {
    var client = try options.open(changing: true)
    let target = client.record.previous
    let isCommitted = client.record.progress == .idle
    try options.guarded {
      if isCommitted {
        guard let target else { throw Failure(.failure, "there is no release to go back to") }
        let floor = client.trusted.releases?.document.floor(client.component) ?? 0
        guard target >= floor else {
          throw Failure(
            .rollbackAttack, "\(target) is below the security floor \(floor): it may not be installed any more")
        }
      }
      try client.run(.rollBackRequested, repository: options.repository)
    }
    guard client.record.progress == .idle else {
      throw Failure(.rollbackFailed, client.lastError?.description ?? "going back is not over")
    }
    if isCommitted, client.record.committed != target {
      let error = client.outcome(of: target) ?? client.lastError
      throw error.map { Failure($0.status, $0.description) }
        ?? Failure(.quarantined, "\(target ?? 0) has failed here; see needletail channel status")
    }
    print(options.json ? "{\"committed\":\(client.record.committed ?? 0)}" : "\(client.record.committed ?? 0) runs")
  }
}

/// Ends a probation.
struct Commit: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Keep the release that is watched, without waiting longer.")
  @OptionGroup var options: ClientOptions

  func run() throws {
    var client = try options.open(changing: true)
    guard case .probation = client.record.progress else {
      throw Failure(.failure, "no release is being watched; see needletail channel status")
    }
    try options.guarded { try client.run(.commitRequested, repository: options.repository) }
    print(options.json ? "{\"committed\":\(client.record.committed ?? 0)}" : "\(client.record.committed ?? 0) stays")
  }
}

/// Releases that failed here.
struct Quarantine: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Releases that failed here and are not tried again.", subcommands: [List.self, Clear.self])

  /// Lists them.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List them.")
    @OptionGroup var options: ClientOptions

    func run() throws {
      let serials = try options.open(changing: false).record.refused.map { "\($0)" }
      print(options.json ? "[\(serials.joined(separator: ","))]" : serials.joined(separator: "\n"))
    }
  }

  /// Lets one be tried again.
  struct Clear: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Let one be tried again.")
    @OptionGroup var options: ClientOptions
    @Argument(help: "The serial.") var serial: UInt64

    func run() throws {
      var client = try options.open(changing: true)
      guard client.record.refused.contains(serial) else {
        throw Failure(.quarantined, "\(serial) is not in quarantine; see needletail channel quarantine list")
      }
      try options.guarded {
        try client.run(.quarantineCleared(serial), repository: options.repository)
        try client.folder.log(
          "quarantineCleared", "\(options.component) \(serial)", "", at: Clocks.now, boot: Clocks.reading.boot)
      }
      print(options.json ? "{\"cleared\":\(serial)}" : "\(serial) may be tried again")
    }
  }
}
