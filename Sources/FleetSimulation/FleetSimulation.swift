/// Plays a scenario: every policy with every defect, as often as it says.
///
/// Every run has its own stream of random numbers, and all arithmetic is made of IEEE 754's basic operations, so a seed
/// gives the same figures bit for bit on any machine and with any number of threads.
public enum FleetSimulation {
  /// Plays `scenario`, which has no fault, from `seed`.
  public static func play(_ scenario: Scenario, seed: UInt64) async -> SimulationResult {
    precondition(scenario.fault == nil)
    var cells: [Int: SimulationResult.Cell] = [:]
    let count = scenario.policies.count * scenario.defects.count
    await withTaskGroup(of: (Int, SimulationResult.Cell).self) { group in
      for index in 0..<count {
        group.addTask { (index, cell(index, of: scenario, seed: seed)) }
      }
      for await (index, cell) in group { cells[index] = cell }
    }
    let curves = scenario.plottedDefect.map { defect in
      scenario.policies.indices.map { curve($0, of: scenario, defect: defect, seed: seed) }
    }
    return SimulationResult(
      seed: seed, clients: scenario.clients, runs: scenario.runs, cells: (0..<count).compactMap { cells[$0] },
      plottedDefect: scenario.plottedDefect, curves: curves ?? [])
  }

  private static func cell(_ index: Int, of scenario: Scenario, seed: UInt64) -> SimulationResult.Cell {
    let policy = scenario.policies[index / scenario.defects.count]
    let defect = scenario.defects[index % scenario.defects.count]
    let runs = (0..<scenario.runs).map { run in
      var fleet = Fleet(
        scenario, policy: policy, defect: defect, seed: seed, stream: UInt64(index) << 32 | UInt64(run))
      return fleet.play(samples: false)
    }
    return SimulationResult.Cell(policy: policy.name, defect: defect, runs, clients: scenario.clients)
  }

  /// The median exposure over time.
  private static func curve(
    _ index: Int, of scenario: Scenario, defect: Double, seed: UInt64
  ) -> SimulationResult.Curve {
    let policy = scenario.policies[index]
    let runs = (0..<scenario.runs).map { run in
      // Streams that no cell has.
      var fleet = Fleet(
        scenario, policy: policy, defect: defect, seed: seed, stream: UInt64(1 << 31 | index) << 32 | UInt64(run))
      return fleet.play(samples: true).samples
    }
    let shares = (runs.first ?? []).indices.map { place in
      SimulationResult.quantile(runs.map { Double($0[place]) / Double(scenario.clients) }, 0.5)
    }
    return SimulationResult.Curve(policy: policy.name, hoursPerPoint: Fleet.sampleHours, shares: shares)
  }
}
