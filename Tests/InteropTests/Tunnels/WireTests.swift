import Testing

extension Interop {
  /// What anybody between the two ends can see.
  @Suite struct WireTests {
    @Test(arguments: [Far.wireguardGo, .kernel], Initiator.allCases)
    func `a handshake is two messages, each referring to the one before`(far: Far, initiator: Initiator) async throws {
      try await Pair.with(Scenario(far).initiated(by: initiator)) { pair in
        let capture = try await Capture(pair.place, "eth0", "udp")
        try await pair.establish(by: initiator)
        let packets = try await capture.stop()
        try #require(packets.count >= 4)
        #expect(packets.prefix(4).map(\.messageType) == [1, 2, 4, 4])
        #expect(packets.prefix(2).map(\.payloadLength) == [148, 92])
        #expect(packets.allSatisfy { $0.payload[1..<4] == [0, 0, 0] }, "the reserved bytes are zero")
        let (initiation, response) = (packets[0].payload, packets[1].payload)
        #expect(response[8..<12] == initiation[4..<8], "the response names the initiation")
        #expect(packets[2].payload[4..<8] == response[4..<8], "data names the receiver's index")
        #expect(packets[3].payload[4..<8] == initiation[4..<8])
        #expect(packets[2].payload[8..<16] == [0, 0, 0, 0, 0, 0, 0, 0], "counters start at zero")
      }
    }

    /// Padding to 16 bytes, but never past the MTU.
    @Test func `data messages are padded as the other implementations do`() async throws {
      try await Pair.with(Scenario(.wireguardGo)) { pair in
        try await pair.establish()
        let capture = try await Capture(pair.place, "eth0", "udp src port \(Pair.nearPort)")
        let sizes = [28, 32, 33, 48, 1392, 1393, 1400, 1408, 1409, 1410, 1419, 1420]
        for size in sizes { #expect(try await pair.near.ping(pair.far, size: size) == 1, "\(size) bytes") }
        let lengths = try await capture.stop().filter { $0.messageType == 4 }.map(\.payloadLength)
        #expect(lengths == sizes.map { min(1420, ($0 + 15) / 16 * 16) + 32 })
      }
    }
  }
}
