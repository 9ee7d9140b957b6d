import Testing

/// The congestion marks of an IP header (RFC 3168 §5), by their two bits.
enum Mark: UInt8, CaseIterable, Sendable {
  case none = 0
  case capable1 = 1
  case capable0 = 2
  case congested = 3

  /// What `nft` calls it.
  var keyword: String {
    switch self {
    case .none: "not-ect"
    case .capable1: "ect1"
    case .capable0: "ect0"
    case .congested: "ce"
    }
  }

  /// The outer mark the kernel's WireGuard gives a packet with this inner mark.
  var encapsulated: Mark { self == .congested ? .capable0 : self }

  /// The marks a packet with this inner mark may have after it came in with that outer mark.
  func decapsulated(from outer: Mark) -> [Mark] {
    switch (self, outer) {
    case (.none, _): [.none]
    case (_, .congested): [.congested]
    case (.capable0, .capable1): [.capable0, .capable1]  // kernels differ
    default: [self]
    }
  }
}

extension Interop {
  /// Echo requests go out with each mark; the other host's stack copies the mark it sees to the reply.
  @Suite struct CongestionTests {
    /// DSCP "expedited forwarding", which must not leak to the outside.
    static let secretClass: UInt8 = 46 << 2

    @Test(arguments: Family.allCases, Family.allCases)
    func `the outer header shows the inner congestion mark and nothing else`(outer: Family, inner: Family) async throws
    {
      try await Pair.with(Scenario(.wireguardGo, outer: outer)) { pair in
        try await pair.establish(by: .near, inner)
        let capture = try await Capture(pair.place, "eth0", "udp src port \(Pair.nearPort)")
        for mark in Mark.allCases {
          let trafficClass = CongestionTests.secretClass | mark.rawValue
          #expect(try await pair.near.ping(pair.far, inner, trafficClass: trafficClass) == 1)
        }
        let sent = try await capture.stop().filter { $0.messageType == 4 && $0.payloadLength > 32 }
        let expected = Mark.allCases.map { pair.near.isWireguardGo ? 0 : $0.encapsulated.rawValue }
        #expect(sent.map(\.trafficClass) == expected)
      }
    }

    @Test(arguments: Family.allCases, Family.allCases)
    func `an outer congestion mark reaches the inner packet`(outer: Family, inner: Family) async throws {
      try await Pair.with(Scenario(.wireguardGo, outer: outer)) { pair in
        try await pair.establish(by: .near, inner)
        let capture = try await Capture(pair.place, pair.near.interface, "icmp or icmp6")
        var expected: [[UInt8]] = []
        for outerMark in Mark.allCases {
          try await pair.paint(outerMark, arriving: true)
          for mark in Mark.allCases {
            #expect(try await pair.near.ping(pair.far, inner, trafficClass: mark.rawValue) == 1)
            let right = pair.near.isWireguardGo ? [mark] : mark.decapsulated(from: outerMark)
            expected.append(right.map(\.rawValue))
          }
        }
        let arrived = try await capture.stop().echoReplies.map(\.trafficClass)
        try #require(arrived.count == expected.count)
        for (index, right) in expected.enumerated() {
          #expect(right.contains(arrived[index]), "outer \(index / 4), inner \(index % 4)")
        }
      }
    }

    /// The kernel's marks come in, ours go out, and its replies show what it made of them.
    @Test(arguments: Family.allCases)
    func `congestion marks cross a tunnel to the kernel and back`(outer: Family) async throws {
      try await Pair.with(Scenario(.kernel, outer: outer)) { pair in
        try await pair.establish()
        let inside = try await Capture(pair.place, pair.near.interface, "icmp")
        let outside = try await Capture(pair.place, "eth0", "udp src port \(Pair.farPort)")
        for mark in Mark.allCases {
          #expect(try await pair.near.ping(pair.far, trafficClass: mark.rawValue) == 1)
        }
        try await pair.paint(.congested, arriving: false)
        for mark in Mark.allCases {
          #expect(try await pair.near.ping(pair.far, trafficClass: mark.rawValue) == 1)
        }
        let replies = try await inside.stop().echoReplies.map(\.trafficClass)
        let marked: [UInt8] = [0, 3, 3, 3]
        #expect(replies == Mark.allCases.map(\.rawValue) + marked)
        let sent = try await outside.stop().filter { $0.messageType == 4 && $0.payloadLength > 32 }.map(\.trafficClass)
        #expect(sent == [0, 1, 2, 2] + [0, 2, 2, 2], "what the kernel wrote on the outside")
      }
    }

    /// The kernel marks its handshakes as interactive traffic, and so do we; keepalives stay unmarked.
    @Test(arguments: Family.allCases, Initiator.allCases)
    func `handshake messages carry the class AF41`(outer: Family, initiator: Initiator) async throws {
      try await Pair.with(Scenario(.kernel, outer: outer).initiated(by: initiator)) { pair in
        let capture = try await Capture(pair.place, "eth0", "udp")
        try await pair.ends(from: initiator).0.setPeer("persistent-keepalive 25")
        try await eventually("a handshake and the keepalive that confirms it", within: .seconds(8)) {
          try capture.packets().contains { $0.messageType == 4 }
        }
        for packet in try await capture.stop() {
          let isOurs = packet.sourcePort == Pair.nearPort
          let expected: UInt8 = packet.messageType == 4 || (isOurs && pair.near.isWireguardGo) ? 0 : 0x88
          #expect(packet.trafficClass == expected, "type \(packet.messageType) from port \(packet.sourcePort)")
        }
      }
    }
  }
}

extension [CapturedPacket] {
  /// The echo replies among them.
  var echoReplies: [CapturedPacket] {
    filter { $0.transport == 1 && $0.payload.first == 0 || $0.transport == 58 && $0.payload.first == 129 }
  }
}

extension Pair {
  /// Has the near host's packet filter write a congestion mark on every datagram of the tunnel that arrives or leaves.
  func paint(_ mark: Mark, arriving: Bool) async throws {
    let (hook, port) = arriving ? ("prerouting priority -300", "dport") : ("postrouting priority 0", "sport")
    try await place.run(
      "nft",
      """
      table inet painter
      delete table inet painter
      table inet painter {
        chain brush {
          type filter hook \(hook);
          udp \(port) \(Pair.nearPort) ip ecn set \(mark.keyword)
          udp \(port) \(Pair.nearPort) ip6 ecn set \(mark.keyword)
        }
      }
      """)
  }
}
