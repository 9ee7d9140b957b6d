import Foundation
import FuzzTargets
import Testing

/// Inputs that libFuzzer found once, and the seeds it starts from, against all boundaries for ever.
@Suite struct FoundInputTests {
  let targets = FuzzTargets()

  @Test func `every input that was kept is borne`() throws {
    let inputs = try FoundInputs.read()
    #expect(inputs.count > 100)
    for input in inputs { targets.run(input) }
  }

  @Test func `every seed is borne by every boundary`() {
    for seed in targets.seeds {
      for target in FuzzTarget.allCases { targets.run(Array(seed.dropFirst()), against: target) }
    }
  }

  @Test func `the seeds lead to every boundary`() {
    let named = Set(targets.seeds.map { Int($0[0]) })
    #expect(named == Set(FuzzTarget.allCases.indices))
  }
}
