internal import ArgumentParser
internal import FleetSimulation
internal import Foundation
internal import RolloutMetadata

/// Plays rollouts in a fleet of millions.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play ways to roll out in a simulated fleet: how far bad releases come, and how many good ones.")

  @Argument(help: "The scenario: what is assumed, which policies and defects are tried.") var file: String
  @Option(help: "What the random numbers are made from; the same seed gives the same figures, bit for bit.")
  var seed: UInt64 = 424_242
  @Option(help: "Clients, instead of the scenario's number.") var clients: Int?
  @Option(help: "Where to write a picture of exposure over time, as SVG.") var plot: String?
  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    var scenario = try Input.decode(Scenario.self, from: file)
    if let clients { scenario.clients = clients }
    if let fault = scenario.fault { throw Failure(.malformed, "\(file): \(fault)") }
    if plot != nil && scenario.plottedDefect == nil {
      throw Failure(.usage, "\(file): --plot needs the scenario to say which defect: add \"plottedDefect\"")
    }
    if plot == nil && !json { scenario.plottedDefect = nil }
    let result = await FleetSimulation.play(scenario, seed: seed)
    if let plot {
      do {
        try Data(ExposurePlot(result).svg.utf8).write(to: URL(fileURLWithPath: plot), options: .atomic)
      } catch {
        throw Failure(.failure, "\(plot): \((error as NSError).localizedDescription)")
      }
    }
    print(json ? try Input.json(result) : result.text, terminator: json ? "\n" : "")
  }
}
