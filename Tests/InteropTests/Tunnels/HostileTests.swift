import Testing

extension Interop {
  /// Somebody who can record and send datagrams, but has no key.
  @Suite struct HostileTests {
    /// Everything recorded of a live tunnel, sent again from elsewhere, whole and altered, and rubbish of every length.
    @Test(arguments: Family.allCases)
    func `replayed, altered and senseless datagrams are met with silence and change nothing`(outer: Family) async throws
    {
      try await Pair.with(Scenario(.wireguardGo, outer: outer)) { pair in
        let record = try await Capture(pair.place, "eth0", "udp src port \(Pair.farPort)")
        try await pair.establish(by: .far)
        #expect(try await pair.far.ping(pair.near, count: 2) == 2)
        let recorded = try await record.stop().map(\.payload)
        #expect(recorded.map(\.first) == [1, 4, 4, 4], "an initiation and three echo requests")
        var hostile = recorded
        for message in recorded {
          for place in [0, 1, 4, 8, 16, message.count - 17, message.count - 1] {
            var altered = message
            altered[place] ^= 1
            hostile.append(altered)
          }
          hostile.append(Array(message.dropLast()))
          hostile.append(message + [0])
        }
        for type in UInt8(0)...5 {
          for length in [1, 4, 31, 32, 33, 63, 64, 65, 91, 92, 93, 147, 148, 149, 400] {
            hostile.append([type] + [UInt8](repeating: 0, count: length - 1))
          }
        }
        let before = try await pair.near.status()
        let reaction = try await Capture(pair.place, "eth0", "udp dst port 55555 or icmp or icmp6")
        let arguments = [pair.far.site.probe, "datagram-inject", pair.nearOuter[outer], "\(Pair.nearPort)", "55555"]
        let injection = Command(arguments + hostile.map(HostileTests.hexadecimal))
        #expect(try await pair.far.site.outcome(injection, within: .seconds(10)).status == 0)
        #expect(try await pair.near.ping(pair.far, count: 3) == 3, "the tunnel goes on")
        let answers = try await reaction.stop().filter {
          $0.transport == 17 || $0.payload.first == ($0.family == .v4 ? 3 : 1)
        }
        #expect(answers.isEmpty, "not even an error message")
        let after = try await pair.near.status()
        #expect(after.endpoint == before.endpoint)
        #expect(after.handshake == before.handshake)
      }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
  }
}
