import Testing

extension Interop {
  @Suite struct TransferTests {
    /// Sizes around every rule for padding, up to the MTU, may not be fragmented and must come back.
    @Test(arguments: Far.allCases, Family.allCases)
    func `packets of every kind of size pass, up to the full MTU`(far: Far, outer: Family) async throws {
      try await Pair.with(Scenario(far, outer: outer)) { pair in
        try await pair.establish()
        for (inner, sizes) in [(Family.v4, [28, 29, 43, 44, 45, 1409, 1419, 1420]), (.v6, [48, 49, 1280, 1420])] {
          for size in sizes {
            #expect(try await pair.near.ping(pair.far, inner, size: size) == 1, "\(inner) \(size) bytes, from near")
          }
          #expect(try await pair.far.ping(pair.near, inner, size: 1420) == 1, "\(inner) full MTU, from far")
        }
      }
    }

    /// Megabytes per tunnel: a gigabyte over the daemons' four tunnels and 50 through each to the emulated guest in
    /// the long tier.
    private static func megabytes(_ far: Far) -> Int {
      switch (far, Laboratory.isLong) {
      case (.kernel, true): 50
      case (.kernel, false): 10
      case (_, true): 256
      case (_, false): 64
      }
    }

    /// A quarter of the bytes goes each way, inside IPv4 and inside IPv6, both ways at once.
    @Test(arguments: Far.allCases, Family.allCases)
    func `a TCP stream arrives unchanged in both directions`(far: Far, outer: Family) async throws {
      let quarter = TransferTests.megabytes(far) * 1_048_576 / 4
      try await Pair.with(Scenario(far, outer: outer), turn: .heavy) { pair in
        for inner in Family.allCases {
          async let there: Void = pair.stream(
            from: pair.near, to: pair.far, inner, bytes: quarter, within: .seconds(240))
          async let back: Void = pair.stream(
            from: pair.far, to: pair.near, inner, bytes: quarter, within: .seconds(240))
          _ = try await (there, back)
        }
      }
    }

    /// The relay hands us what wireguard-go sends singly as segmented bursts of up to 64 datagrams of 932 bytes.
    @Test func `a peer that sends bursts of 64 datagrams is understood`() async throws {
      var scenario = Scenario(.wireguardGo).initiated(by: .far)
      scenario.mtu = 900
      try await Pair.with(scenario, turn: .heavy) { pair in
        let relaying = Task {
          try await pair.far.site.run(
            pair.far.site.probe, "burst-relay", "127.0.0.1", "51003", pair.farOuter.v4, "51004", pair.nearOuter.v4,
            "\(Pair.nearPort)", "8", within: .seconds(20))
        }
        // What is sent before the relay listens is lost.
        try await Task.sleep(for: .seconds(1))
        try await pair.far.setPeer("endpoint 127.0.0.1:51003")
        try await pair.establish(by: .far)
        try await pair.stream(from: pair.far, to: pair.near, .v4, bytes: 16 << 20, within: .seconds(60))
        #expect(try await pair.near.status().endpoint == endpoint(pair.farOuter.v4, 51004))
        let relayed = try await relaying.value.split(separator: " ").compactMap { Int($0.filter(\.isNumber)) }
        try #require(relayed.count == 2)
        #expect(relayed[0] > 15_000, "the stream went through the relay")
        #expect(relayed[1] >= 32, "and in bursts")
      }
    }
  }
}
