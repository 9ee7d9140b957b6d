import Testing

extension Interop {
  @Suite struct KeepaliveTests {
    static let keepalive = 32

    /// Nothing but the setting makes the handshake, and then one empty message a second.
    @Test(arguments: Far.allCases, Initiator.allCases)
    func `a persistent keepalive brings the tunnel up and keeps it busy`(far: Far, initiator: Initiator) async throws {
      try await Pair.with(Scenario(far).initiated(by: initiator), turn: nil) { pair in
        let (sender, receiver) = pair.ends(from: initiator)
        try await sender.setPeer("persistent-keepalive 1")
        try await eventually("the keepalive makes a handshake", within: .seconds(8)) {
          try await receiver.status().handshake > 0
        }
        let clock = ContinuousClock()
        let earliest = clock.now
        let before = try await receiver.status().received
        let latest = clock.now
        try await Task.sleep(for: .seconds(6))
        let span = (clock.now - latest).components.seconds
        let gained = try await receiver.status().received - before
        let widest = (clock.now - earliest).components.seconds + 1
        #expect(gained % KeepaliveTests.keepalive == 0, "nothing but keepalives")
        #expect((span - 1...widest + 1).contains(Int64(gained / KeepaliveTests.keepalive)), "one a second")
        #expect(try await sender.status().keepalive == "1")
      }
    }

    /// One datagram makes handshake and data; ten seconds of silence later the receiver says that it heard, once.
    @Test(arguments: Far.allCases, Initiator.allCases)
    func `data without an answer is answered with one keepalive after ten seconds`(
      far: Far, initiator: Initiator
    ) async throws {
      try await Pair.with(Scenario(far).initiated(by: initiator), turn: nil) { pair in
        let (sender, receiver) = pair.ends(from: initiator)
        let capture = try await Capture(pair.place, "eth0", "udp")
        // The tunnel's own socket, which listens inside too, swallows what isn't a message; no port is unreachable.
        try await sender.site.run(
          sender.site.probe, "datagram-send", receiver.inner.v4, "\(receiver.settings.listenPort)", "1", "100")
        try await Task.sleep(for: .seconds(24))
        let packets = try await capture.stop()
        #expect(packets.map(\.messageType) == [1, 2, 4, 4])
        #expect(packets.map(\.payloadLength) == [148, 92, 128 + 32, KeepaliveTests.keepalive])
        try #require(packets.count == 4)
        #expect(packets[3].sourcePort == receiver.settings.listenPort)
        #expect((9.9...11.5).contains(packets[3].time - packets[2].time))
        #expect(try await sender.status().received == 92 + KeepaliveTests.keepalive)
        #expect(try await receiver.status().received == 148 + 128 + 32)
      }
    }
  }
}
