internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

struct AdvanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "advance", abstract: "Draft a rollout that offers a serial to so much of the fleet. Two keys go.",
    discussion: """
      The gate is asked first, by what is published: a step that it does not let through is not drafted, and ends with 1, \
      or with 12 when the release is to be halted. What it was asked and what it said stays in the workspace, in gate/. \
      With two --key the rollout is signed at once; `release repo publish` puts it in place.
      """)
  @OptionGroup var common: CommonOptions
  @Argument(help: "The component.") var component: String
  @Argument(help: "The serial.") var serial: UInt64
  @Option(help: "Parts per million: 100000 is a tenth.") var to: UInt32
  @Option(help: "The channel: insider, preview, stable, lts or frozen.") var channel = "stable"
  @Option(help: "Which of the channel's steps it is, from 0; without it, the next.") var step: UInt32?
  @Option(help: "How many machines follow the channel, when that is known.") var fleet: Int?
  @Option(help: "Why a security release need not wait; needs three --key.") var security: String?
  @Option(help: "Why the step is taken whatever the gate says but halt; needs two --key, and is written down.")
  var despite: String?
  @Option(name: .customLong("key"), help: "A secret release key to sign with.") var keys: [String] = []

  func run() throws {
    try common.run { (workspace, now) throws(PublisherError) in
      guard to <= 1_000_000 else { throw PublisherError(.usage, "\(to) ppm is more than all: 1000000") }
      let component: Component = try named(component, "component")
      let channel: Channel = try named(channel, "channel")
      guard try workspace.newest(Releases.self)?.release(component, serial) != nil else {
        throw PublisherError(
          .failure, "\(component.name) \(serial) is not among the releases; `release repo add` puts it there")
      }
      let facts = try StepFacts(workspace, component, serial, in: channel, now: now)
      // Less than before needs nobody's leave.
      let lines = Int(to) <= facts.ppm ? [] : try ask(facts, workspace)
      try workspace.offer(component, serial, in: channel, ppm: to, step: step, now: now)
      var answer = try sign(workspace, with: keys, roles: [.rollout])
      answer.lines = lines + answer.lines
      return answer
    }
  }

  /// Asks the gate; the lines that it says, when the step may be drafted.
  private func ask(_ facts: StepFacts, _ workspace: Workspace) throws(PublisherError) -> [String] {
    var signers: Set<String> = []
    for file in keys { signers.insert(string(try SecretKey(file: file).publicKey.identifier.hexadecimal)) }
    let answer: GateAnswer?
    do {
      answer = try GateAnswer(
        facts, to: Int(to), signers: signers.sorted(), fleet: fleet, securityReason: security)
    } catch {
      throw PublisherError(.internalError, "\(error)")
    }
    guard let answer else { throw PublisherError(.internalError, "\(channel): a channel that the gate does not know") }
    let text = answer.lines.joined(separator: "\n")
    let isForced = !answer.isOpen && !answer.isHalt && signers.count >= 2 && !(despite ?? "").isEmpty
    let outcome = answer.isOpen ? "" : isForced ? "taken all the same: \(despite ?? "")\n" : "refused\n"
    try workspace.keepGate(
      "\(facts.component)-\(serial)-\(facts.channel)-\(to)-\(facts.now)", ledger: answer.ledger,
      verdict: text + "\n" + outcome)
    if answer.isOpen { return answer.lines }
    if isForced { return answer.lines + [outcome.trimmingSuffix] }
    let way =
      answer.isHalt
      ? "halt it: `release halt \(facts.component) \(serial)`"
      : despite == nil ? "wait, or take it with two keys and --despite REASON" : "--despite needs two different --key"
    throw PublisherError(answer.isHalt ? .halted : .failure, "the gate does not let it through; \(way)\n\(text)")
  }
}

extension String {
  /// The text without the end of its line.
  fileprivate var trimmingSuffix: String { hasSuffix("\n") ? String(dropLast()) : self }
}
