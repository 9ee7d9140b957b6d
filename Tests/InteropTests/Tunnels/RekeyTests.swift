import Testing

extension Interop {
  @Suite struct RekeyTests {
    /// Sessions to outlive: four minutes of traffic in the long tier, two else.
    private static let rounds = Laboratory.isLong ? 2 : 1

    /// The end that made the session makes the next one, and nothing is lost meanwhile.
    @Test(arguments: Far.allCases, Initiator.allCases)
    func `a session under traffic is replaced after two minutes without loss`(
      far: Far, initiator: Initiator
    ) async throws {
      try await Pair.with(Scenario(far).initiated(by: initiator), turn: nil) { pair in
        let (sender, receiver) = pair.ends(from: initiator)
        let capture = try await Capture(pair.place, "eth0", "udp and udp[8] < 4")
        let count = RekeyTests.rounds * 480 + 20
        let answered = try await sender.ping(receiver, count: count, interval: 0.25)
        #expect(answered >= count - 1)
        let handshakes = try await capture.stop()
        let port = initiator == .near ? Pair.nearPort : Pair.farPort
        let initiations = handshakes.filter { $0.messageType == 1 }
        let responses = handshakes.filter { $0.messageType == 2 }
        #expect(initiations.allSatisfy { $0.sourcePort == port }, "only the first initiator renews the session")
        #expect(responses.count == RekeyTests.rounds + 1)
        #expect(initiations.count == RekeyTests.rounds + 1)
        for (older, newer) in zip(initiations, initiations.dropFirst()) {
          #expect((119.9...121.5).contains(newer.time - older.time), "renewed at two minutes, with the next packet")
        }
        for end in [sender, receiver] { #expect(try await end.status().handshake > 0) }
      }
    }
  }
}
