import Testing

extension Interop {
  @Suite struct HandshakeTests {
    @Test(arguments: Far.allCases, Family.allCases)
    func `the tunnel comes up over either family when we initiate`(far: Far, outer: Family) async throws {
      try await Turnstile.short.pass {
        try await Pair.with(Scenario(far, outer: outer).initiated(by: .near)) { pair in
          try await pair.establish(by: .near)
          let (near, distant) = (try await pair.near.status(), try await pair.far.status())
          #expect(near.handshake > 0)
          #expect(distant.handshake > 0)
          #expect(distant.endpoint == endpoint(pair.nearOuter[outer], Pair.nearPort))
        }
      }
    }
  }
}
