internal import ArgumentParser
internal import Foundation
internal import RolloutGate
internal import RolloutMetadata
internal import RolloutPublisher
internal import RolloutStatusPage

/// Where all that is offered stands.
struct RolloutStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Say of each release that is offered how far it is, and what the gate says.",
    discussion: """
      By what is published, and by what `advance` was answered before. --html writes a page for browsers that needs \
      nothing else, --state its input, which `needletail channel report` reads as well.
      """)
  @OptionGroup var common: CommonOptions
  @Option(help: "Where to write a page for browsers.") var html: String?
  @Option(help: "Where to write what the page is made of.") var state: String?
  @Option(help: "The page's heading.") var title = "Releases"

  func run() throws {
    try common.run { (workspace, now) throws(PublisherError) in
      let offers = try workspace.published(Rollout.self)?.offers ?? []
      var lines: [String] = []
      var page = StatusPage(title: title, madeAt: now, entries: [])
      for offer in offers {
        let facts = try StepFacts(workspace, offer.component, offer.serial, in: offer.channel, now: now)
        do {
          guard let entry = try StatusPage.Entry(facts, past: Self.past(facts, in: workspace.folder)) else {
            let share = offer.ppm == 1_000_000 ? "everybody" : "\(offer.ppm) ppm, which is no step of the channel"
            lines.append("\(offer.component.name) \(offer.serial) \(offer.channel.name): offered to \(share)")
            continue
          }
          page.entries.append(entry)
        } catch {
          throw PublisherError(.malformed, "\(error)")
        }
      }
      if let fault = page.fault { throw PublisherError(.internalError, fault) }
      for verdict in page.verdicts { lines += verdict.text.split(separator: "\n").map(String.init) }
      if offers.isEmpty { lines.append("nothing is offered") }
      do {
        if let state { try Self.write(try Input.json(page) + "\n", to: state) }
      } catch {
        throw PublisherError(.internalError, "\(error)")
      }
      if let html { try Self.write(page.html, to: html) }
      return Answer(
        lines,
        [
          .init(
            "releases",
            .list(
              page.verdicts.map {
                JSON.sorted([
                  .init("decision", .words($0.decision.rawValue)), .init("title", .words($0.title)),
                  .init("reasons", .list($0.reasons.map { .words($0.rawValue) })),
                ])
              }))
        ])
    }
  }

  private static func write(_ text: String, to path: String) throws(PublisherError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw PublisherError(.failure, "\(path): \((error as NSError).localizedDescription)")
    }
  }

  /// The ledgers that steps of a release were asked with, in the order of time.
  private static func past(_ facts: StepFacts, in folder: String) -> [GateLedger] {
    let place = folder + "/gate"
    let prefix = "\(facts.component)-\(facts.serial)-\(facts.channel)-"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".ledger.json") }
      .compactMap { try? Input.decode(GateLedger.self, from: place + "/" + $0) }
      .filter { $0.serial == facts.serial && $0.now <= UTCTime(seconds: Int64(facts.now)) }
      .sorted { $0.now < $1.now }
  }
}

extension StatusPage.Entry {
  /// A release that has a next step; nil when it has none.
  init?(_ facts: StepFacts, past: [GateLedger]) throws {
    guard let target = GateAnswer.nextStep(facts),
      let ledger = try GateLedger(facts, to: target, signers: [], fleet: nil, securityReason: nil), ledger.fault == nil
    else { return nil }
    var history = past.map { StatusPage.Point(at: $0.now, ppm: $0.ppm, installs: $0.exposure.installs) }
    history.append(StatusPage.Point(at: ledger.now, ppm: ledger.ppm, installs: ledger.exposure.installs))
    self.init(ledger: ledger, history: history)
  }
}
