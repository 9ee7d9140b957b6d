import Testing

extension Interop {
  @Suite struct HandshakeTests {
    /// Both ends must agree on a session and the silent end must learn where the other is.
    @Test(arguments: Link.all)
    func `the tunnel comes up when one end knows the other's address`(link: Link) async throws {
      try await Pair.with(link.scenario) { pair in
        try await pair.establish(by: link.initiator)
        let (sender, receiver) = pair.ends(from: link.initiator)
        let (senderStatus, receiverStatus) = (try await sender.status(), try await receiver.status())
        #expect(senderStatus.handshake > 0)
        #expect(receiverStatus.handshake > 0)
        let (address, port) =
          link.initiator == .near ? (pair.nearOuter, Pair.nearPort) : (pair.farOuter, Pair.farPort)
        #expect(receiverStatus.endpoint == endpoint(address[link.outer], port))
      }
    }

    @Test(arguments: Far.allCases, Initiator.allCases)
    func `the tunnel comes up with a preshared key`(far: Far, initiator: Initiator) async throws {
      let key = try await Identity.make().privateKey
      var scenario = Scenario(far).initiated(by: initiator)
      scenario.presharedKeys = (key, key)
      try await Pair.with(scenario) { pair in try await pair.establish(by: initiator) }
    }

    /// The first try and one retry must both come to nothing at both ends.
    @Test(arguments: Far.allCases, Initiator.allCases)
    func `the tunnel never comes up with different preshared keys`(far: Far, initiator: Initiator) async throws {
      let key = try await Identity.make().privateKey
      var scenario = Scenario(far).initiated(by: initiator)
      scenario.presharedKeys = initiator == .near ? (key, nil) : (key, try await Identity.make().privateKey)
      try await Pair.with(scenario, turn: nil) { pair in
        let (sender, receiver) = pair.ends(from: initiator)
        let answered = try await sender.ping(receiver, count: 30, interval: 0.2, patience: 2)
        #expect(answered == 0)
        let (senderStatus, receiverStatus) = (try await sender.status(), try await receiver.status())
        #expect(senderStatus.handshake == 0)
        #expect(receiverStatus.handshake == 0)
        #expect(senderStatus.sent >= 2 * 148, "an initiation and its retry went out")
        #expect(receiverStatus.sent >= 92, "the other end answered, since it can't know yet")
      }
    }

    @Test(arguments: Far.allCases, Initiator.allCases)
    func `a stranger gets no answer`(far: Far, initiator: Initiator) async throws {
      try await Pair.with(Scenario(far).initiated(by: initiator)) { pair in
        let (sender, receiver) = pair.ends(from: initiator)
        try await receiver.setPeer("remove")
        #expect(try await sender.ping(receiver, patience: 1) == 0)
        let status = try await sender.status()
        #expect(status.sent >= 148)
        #expect(status.received == 0)
      }
    }

    /// Such an address means something only together with the link it is on.
    @Test(arguments: [Far.wireguardGo, .kernel])
    func `the tunnel comes up over link-local addresses`(far: Far) async throws {
      var scenario = Scenario(far)
      (scenario.nearKnowsFar, scenario.farKnowsNear) = (false, false)
      try await Pair.with(scenario) { pair in
        let settle = "until ip -6 -o address show dev eth0 scope link -tentative | grep fe80; do sleep 0.1; done"
        try await pair.near.site.script(settle)
        let address = try await pair.far.site.script(settle)
        let local = try #require(address.firstMatch(of: /fe80:[0-9a-f:]+/)).output
        try await pair.near.setPeer("endpoint '[\(local)%eth0]:\(Pair.farPort)'")
        try await pair.establish(by: .near)
        let (near, distant) = (try await pair.near.status().endpoint, try await pair.far.status().endpoint)
        // Some show the link with the address, some do not.
        #expect(near?.hasPrefix("[\(local)") == true && near?.hasSuffix("]:\(Pair.farPort)") == true)
        #expect(distant?.hasPrefix("[fe80:") == true)
        #expect(try await pair.far.ping(pair.near) == 1)
      }
    }

    @Test(arguments: Far.allCases)
    func `both ends may start at the same moment`(far: Far) async throws {
      try await Pair.with(Scenario(far)) { pair in
        async let there = pair.near.ping(pair.far, count: 10, interval: 0.1)
        async let back = pair.far.ping(pair.near, count: 10, interval: 0.1)
        let answered = try await (there, back)
        #expect(answered.0 >= 9)
        #expect(answered.1 >= 9)
      }
    }
  }
}
