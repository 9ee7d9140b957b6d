internal import ArgumentParser
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata

/// Verifies and decides.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fetch and verify what is new, and say what would be done.",
    discussion: "Exits with 10 when there is an update for this machine, with 0 when there is none, and otherwise with "
      + "the status that says why not.")
  @OptionGroup var options: ClientOptions

  func run() throws {
    var client = try options.open(changing: true)
    let decision = try options.guarded { () throws -> Decision in
      try client.refresh(from: options.repository)
      return try client.decision()
    }
    show(decision, options)
    if decision.exitStatus != .success { throw Failure(decision.exitStatus) }
  }
}

/// Takes releases in from a file.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take releases in from a bundle, on a machine that asks no repository.",
    discussion: """
      What is in it is verified as from any repository, but for its freshness, which is that of the day it was made; \
      `check` and `update` then decide by it. Ends with 50 when it is no bundle, or older than the policy's \
      maxBundleAgeDays (120).
      """)
  @OptionGroup var options: ClientOptions
  @Argument(help: "The bundle, as `needletail release bundle export` writes it.") var bundle: String

  func run() throws {
    var client = try options.open(changing: true)
    let created = try options.guarded { try client.take(bundle: bundle).created.words }
    print(options.json ? "{\"freshnessUnknownSince\":\"\(created)\"}" : "offline: freshness unknown since \(created)")
  }
}

/// Prints a decision.
func show(_ decision: Decision, _ options: ClientOptions) {
  let text = decision.words
  print(options.json ? "{\"decision\":\"\(text)\",\"status\":\(decision.exitStatus.rawValue)}" : text)
}

/// Does what was decided.
struct Update: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Verify, decide, install, watch, and keep it or go back.",
    discussion: "An update that was interrupted is gone on with first. Stays until the probation is over.")
  @OptionGroup var options: ClientOptions
  @Flag(help: "Nobody is watching: install only when the policy's updateMode is auto.") var unattended = false
  @Flag(help: "Fetch and unpack, and go no further; the next update does.") var stageOnly = false

  func run() throws {
    var client = try options.open(changing: true)
    let decision = try options.guarded { () throws -> Decision? in
      try client.forgetWhatHasNotTakenOver()
      if client.record.progress != .idle || client.record.stoppedInOrder {
        let boot = Boot(client.folder)
        // A start that `channel boot` has counted is not counted again.
        if try boot.takeCounted() { try client.run(.stopping, repository: options.repository) }
        let begun = client.record.progress.serial
        try client.run(.started(withMachine: try boot.isNew()), repository: options.repository)
        if let outcome = client.outcome(of: begun) { throw outcome }
      }
      try client.refresh(from: options.repository)
      let decision = try client.decision()
      let serial: UInt64
      switch decision {
      case .install(let number), .rollBack(let number): serial = number
      default: return decision
      }
      if unattended && client.policyFile.updateMode != "auto" { return decision }
      _ = try Boot(client.folder).isNew()
      try client.run(.decided(serial), repository: options.repository) { stageOnly && $0 == .arm(serial) }
      if stageOnly, client.record.progress != .idle { return nil }
      if client.record.committed != serial || client.record.progress != .idle {
        throw client.outcome(of: serial) ?? client.lastError ?? ClientError(.stageFailed, "not installed")
      }
      return nil
    }
    if let decision {
      show(decision, options)
      if decision.exitStatus != .success { throw Failure(decision.exitStatus) }
    } else {
      let state = client.record.progress.words
      let text =
        stageOnly && state != "idle"
        ? "unpacked; the next update installs it" : "\(client.record.committed ?? 0) is installed"
      print(options.json ? "{\"committed\":\(client.record.committed ?? 0),\"state\":\"\(state)\"}" : text)
    }
  }
}

/// Whether the machine has started since the last time.
struct Boot {
  private let path: String
  private let countedPath: String

  init(_ folder: ClientFolder) {
    path = folder.path + "/boot-id"
    countedPath = folder.path + "/boot-counted"
  }

  private var current: String {
    (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
  }

  /// Asks, and remembers.
  func isNew() throws -> Bool {
    let last = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    if current != last { try Data(current.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }
    return current != last
  }

  /// Remembers that this start of the machine has been counted.
  func noteCounted() throws {
    try Data(current.utf8).write(to: URL(fileURLWithPath: countedPath), options: .atomic)
  }

  /// Whether this start of the machine has been counted already; true only once.
  func takeCounted() throws -> Bool {
    guard let counted = try? String(contentsOfFile: countedPath, encoding: .utf8) else { return false }
    try FileManager.default.removeItem(atPath: countedPath)
    return counted == current
  }
}

/// Says every rule's answer.
struct Why: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Say why this machine does what it does, rule by rule.")
  @OptionGroup var options: ClientOptions
  @Option(help: "Only about this serial.") var serial: UInt64?

  func run() throws {
    let client = try options.open(changing: false)
    let explanation = try options.guarded { try client.situation().explanation }
    let lines = explanation.lines.filter { serial == nil || $0.serial == serial }
    if options.json {
      let rules = lines.map { line in
        "{\"serial\":\(line.serial),\"rule\":\"\(line.rule)\",\"holds\":\(line.obstacle == nil)}"
      }
      let path = PathText(client).map { ",\"implementation\":\($0.json)" } ?? ""
      print(
        "{\"decision\":\"\(explanation.result.words)\",\"rules\":[\(rules.joined(separator: ","))]\(path)}"
      )
      return
    }
    print(explanation.result.words)
    if let path = PathText(client) { print("  \(path.text)") }
    for line in lines {
      let name = "\(line.rule)".padding(toLength: 10, withPad: " ", startingAt: 0)
      let text = line.obstacle.map { $0.words } ?? "nothing against \(line.serial)"
      print("  \(line.obstacle == nil ? "✓" : "✗") \(line.serial) \(name) \(text)")
    }
  }
}
