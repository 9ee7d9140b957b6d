import Foundation
import FoundationXML
import Testing

@testable import FleetSimulation

struct ExposurePlotTests {
  @Test func `the picture is XML with one curve a policy that never falls`() async throws {
    var scenario = try FleetSimulationTests.scenario("policies")
    scenario.runs = 3
    scenario.tickMinutes = 60
    scenario.defects = [0.1]
    scenario.policies[0].name = "a < b & \"c\""
    let result = await FleetSimulation.play(scenario, seed: 1)
    let svg = ExposurePlot(result).svg
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse())
    #expect(svg.components(separatedBy: "fill=\"none\"").count - 1 == scenario.policies.count)
    #expect(result.curves.allSatisfy { zip($0.shares, $0.shares.dropFirst()).allSatisfy { $0 <= $1 } })
    #expect(result.curves.allSatisfy { ($0.shares.last ?? 0) > 0 })
  }

  @Test func `the table has a line for each cell`() async throws {
    let scenario = try FleetSimulationTests.quick(defects: [0.1, 0.01], rate: 0.001, runs: 3)
    let text = await FleetSimulation.play(scenario, seed: 1).text
    #expect(text.split(separator: "\n").count == 3 + scenario.defects.count)
    #expect([0.9989, 0.0359, 0.00072].map(SimulationResult.percent) == ["99.9 %", "3.59 %", "0.072 %"])
  }
}
