internal import ArgumentParser
internal import Foundation
internal import RolloutGate
internal import RolloutMetadata
internal import RolloutStatusPage

/// Shows the state of rollouts.
struct StateReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Show the state of rollouts: steps, what the gate says, reports, exposure.",
    discussion: """
      FILE holds {"title":…,"madeAt":…,"entries":[{"ledger":…,"history":[{"at":…,"ppm":…,"installs":…}]}]}, with ledgers \
      as `release gate explain` reads them.
      """)

  @Argument(help: "The state, a JSON file.") var file: String
  @Option(help: "Where to write a page for browsers that needs nothing else.") var html: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let page = try Input.decode(StatusPage.self, from: file)
    if let fault = page.fault { throw Failure(.malformed, "\(file): \(fault)") }
    if let html {
      do {
        try Data(page.html.utf8).write(to: URL(fileURLWithPath: html), options: .atomic)
      } catch {
        throw Failure(.failure, "\(html): \((error as NSError).localizedDescription)")
      }
    }
    if json {
      print(try Input.json(page.verdicts))
    } else if html == nil {
      for verdict in page.verdicts { print(verdict.text, terminator: "") }
    }
  }
}
