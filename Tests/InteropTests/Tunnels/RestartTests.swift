import Testing

extension Interop {
  @Suite struct RestartTests {
    @Test(arguments: Far.allCases, Initiator.allCases)
    func `an end that was restarted is back with its first packet`(far: Far, restarted: Initiator) async throws {
      try await Pair.with(Scenario(far)) { pair in
        try await pair.establish()
        let (fresh, staying) = pair.ends(from: restarted)
        try await fresh.restart()
        #expect(try await fresh.ping(staying) == 1)
        #expect(try await staying.ping(fresh) == 1)
      }
    }

    /// The end that stayed sends into a dead session, hears nothing for 15 seconds and makes a new one.
    @Test(arguments: Far.allCases, Initiator.allCases)
    func `the end that stayed notices that the other was restarted`(far: Far, restarted: Initiator) async throws {
      try await Pair.with(Scenario(far), turn: nil) { pair in
        try await pair.establish()
        let (fresh, staying) = pair.ends(from: restarted)
        try await fresh.restart()
        let start = ContinuousClock.now
        try await eventually("an answer through a new session", within: .seconds(24)) {
          try await staying.ping(fresh, patience: 1) == 1
        }
        #expect(ContinuousClock.now - start > .seconds(10), "by the timer for silence, not by the restarted end")
      }
    }
  }
}
