internal import ArgumentParser
internal import Foundation
internal import RolloutGate
internal import RolloutMetadata

/// Whether a rollout may go on.
struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate", abstract: "Whether a rollout may take its next step.", subcommands: [Explain.self])

  /// Prints a verdict with every rule's answer.
  struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Say what the gate decides on a ledger, one line a rule.",
      discussion: """
        Exits with 0 when the step may be taken, with 12 when the release is to be halted, and with 1 when it has to \
        wait or people have to decide.
        """)

    @Argument(help: "The ledger, a JSON file.") var ledger: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      let ledger = try Input.decode(GateLedger.self, from: ledger)
      if let fault = ledger.fault { throw Failure(.malformed, "\(self.ledger): \(fault)") }
      let verdict = Gate(ledger).verdict
      print(json ? try Input.json(verdict) + "\n" : verdict.text, terminator: "")
      switch verdict.decision {
      case .advance: break
      case .halt: throw Failure(.halted)
      case .wait, .pause: throw Failure(.failure)
      }
    }
  }
}
