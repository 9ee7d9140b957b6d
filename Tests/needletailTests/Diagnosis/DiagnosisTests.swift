import Foundation
import Testing

/// `status`, `explain route` and `doctor`, run as people run them, on tunnels that a mock answers for.
@Suite(.serialized, .timeLimit(.minutes(5))) struct DiagnosisTests {
  static let hex = String(repeating: "0", count: 63)
  static let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="

  /// What the program writes and its status, in a network namespace with a device `tt0` that has a route.
  private static func ask(_ arguments: String, _ mock: MockTunnels) throws -> (lines: [String], status: String) {
    let question =
      "unshare -n sh -ec 'mount -t sysfs none /sys; ip link add tt0 type veth peer name tt1; ip link set tt0 up; "
      + "ip link set tt1 up; ip addr add 198.51.100.1/24 dev tt0; ip route add 10.0.0.0/8 dev tt0; "
      + "ip route add 192.0.2.0/24 dev tt0; ip route add 203.0.113.0/24 dev tt0 mtu 1400; "
      + "ip -6 addr add fd00::1/64 dev tt0 nodad; ip -6 route add 2001:db8::/64 dev tt0 mtu 1300; exec \(CommandTests.program.path) \(arguments)'"
    let transcript = try ToolRun.answers(of: ToolRun.stock, to: [question], in: mock.folder).transcript
    let lines = transcript.split(separator: "\n").map(String.init)
    let body = lines.dropFirst().prefix { $0 != "-- " }
    return (Array(body), String(lines.last?.dropFirst(3) ?? ""))
  }

  private static func mock(handshakeAgo: Int64?, endpoint: String = "192.0.2.1:5") throws -> MockTunnels {
    let mock = try MockTunnels()
    let seconds = handshakeAgo.map { Int64(Date().timeIntervalSince1970) - $0 } ?? 0
    try mock.answer(
      "tt0",
      get: "private_key=\(hex)5\npublic_key=\(hex)1\nendpoint=\(endpoint)\nlast_handshake_time_sec=\(seconds)\n"
        + "tx_bytes=\(handshakeAgo == nil ? 444 : 1000)\nallowed_ip=10.0.0.0/8\nallowed_ip=10.2.0.0/16\nerrno=0\n\n")
    return mock
  }

  @Test func `status says a word, and its exit status says whether all is well`() throws {
    try ToolRun.requireRightsAndTools()
    for (ago, word, status) in [(30, "Established", "0"), (150, "Rekeying", "0"), (500, "Stale", "3")]
      as [(Int64, String, String)]
    {
      let answer = try Self.ask("status", try Self.mock(handshakeAgo: ago))
      #expect(answer.lines.count == 1 && answer.lines[0].hasPrefix("tt0  \(Self.key)  \(word)("), "\(answer)")
      #expect(answer.status == status)
    }
    let never = try Self.ask("status tt0 --json", try Self.mock(handshakeAgo: nil))
    let objects = try #require(
      try JSONSerialization.jsonObject(with: Data(never.lines.joined().utf8)) as? [[String: Any]])
    #expect(objects[0]["state"] as? String == "Handshaking" && objects[0]["healthy"] as? Bool == false)
    #expect(objects[0]["mtu"] as? Int == 1440 && objects[0]["mtuReason"] as? String == "path", "\(objects)")
    #expect(never.status == "3")
    #expect(try Self.ask("status nosuch", try Self.mock(handshakeAgo: 1)).status == "1")
  }

  @Test func `the MTU to a peer is what its way takes, as the route has it, or the interface's`() throws {
    try ToolRun.requireRightsAndTools()
    for (endpoint, told, words) in [
      ("203.0.113.9:5", "", "1328 (path)"), ("[2001:db8::5]:5", "", "1216 (path)"), ("192.0.2.1:5", "", "1440 (path)"),
      // What the daemon says of its interface counts: it may be in another namespace.
      ("192.0.2.1:5", "mtu=1420\n", "1420 (default)"), ("203.0.113.9:5", "mtu=1340\n", "1340 (interface)"),
      ("[2001:db8::5]:5", "mtu=1221\n", "1216 (path)"), ("100.64.0.1:5", "mtu=1300\n", "1300 (interface)"),
    ] {
      let mock = try Self.mock(handshakeAgo: 1, endpoint: endpoint)
      if !told.isEmpty { mock.tell("tt0", "up=1\n\(told)errno=0\n\n") }
      let answer = try Self.ask("status", mock)
      #expect(answer.lines.count == 1 && answer.lines[0].hasSuffix("  \(endpoint)  mtu \(words)"), "\(answer)")
    }
  }

  @Test func `a route is explained with the peer, the prefix and the system's part`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try Self.mock(handshakeAgo: 1)
    let inside = try Self.ask("explain route 10.2.3.4", mock)
    #expect(inside.status == "0" && inside.lines.count == 3, "\(inside)")
    #expect(inside.lines[0] == "tt0: 10.2.0.0/16 is of peer \(Self.key), the longest prefix there")
    #expect(inside.lines[2] == "the system sends 10.2.3.4 into tt0: peer \(Self.key) gets it")
    let outside = try Self.ask("explain route 192.0.2.7", mock)
    #expect(outside.status == "3" && outside.lines[0].hasPrefix("no peer of any tunnel has 192.0.2.7"), "\(outside)")
    #expect(try Self.ask("explain route 10.2.3.4 --json", mock).lines[0].contains("\"peer\":\"\(Self.key)\""))
    #expect(try Self.ask("explain route host", mock).status == "2")
  }

  @Test func `a handshake is explained, by the counters alone where a server tells no more`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try Self.mock(handshakeAgo: nil)
    let silent = try Self.ask("explain handshake AAAA", mock)
    #expect(silent.status == "3" && silent.lines[0] == "tt0  \(Self.key)  Handshaking(3/18)", "\(silent)")
    #expect(silent.lines.contains("  this server does not tell how far handshakes have come"))
    mock.tell(
      "tt0",
      "up=1\nrejected_bad_mac1=2\npublic_key=\(Self.hex)1\ninitiations=1\nawaits_response=1\n"
        + "refused=handshake_failed\nrefused_age_ms=1000\nerrno=0\n\n")
    let told = try Self.ask("explain handshake \(Self.key) --tunnel tt0", mock)
    #expect(told.lines[0].hasSuffix("  Rejected(handshake_failed)") && told.status == "3", "\(told)")
    #expect(told.lines.contains { $0.hasPrefix("try: compare the preshared keys") })
    #expect(try Self.ask("status", mock).lines[0].contains("  Rejected(handshake_failed)  "))
    let json = try Self.ask("explain handshake A --json", mock).lines.joined()
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(object["state"] as? String == "Rejected" && object["healthy"] as? Bool == false)
    #expect(try Self.ask("explain handshake B", mock).status == "2")
    #expect(try Self.ask("explain handshake A --tunnel nosuch", mock).status == "1")
  }

  @Test func `top tells what peers do, and puts a terminal back`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try Self.mock(handshakeAgo: 30)
    let plain = try Self.ask("top --interval 0.1", mock)
    #expect(plain.lines.count == 3 && plain.lines[0] == "1 tunnel, 1 peer, by received", "\(plain)")
    #expect(plain.lines[2].contains("Established(3") && plain.lines[2].hasSuffix("  1440 (path)"))
    let stuck = try Self.ask("top --interval 0.1", try Self.mock(handshakeAgo: nil))
    #expect(stuck.lines.count == 4 && stuck.lines[3].hasPrefix("  why: "), "\(stuck)")
    let json = try Self.ask("top --interval 0.1 --count 2 --json", mock)
    for line in json.lines {
      let rows = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [[String: Any]])
      #expect(rows.count == 1 && rows[0]["peer"] as? String == Self.key && rows[0]["sent"] as? Int == 0)
      #expect(rows[0]["mtu"] as? Int == 1440 && rows[0]["mtuReason"] as? String == "path", "\(line)")
    }
    #expect(json.lines.count == 2)
    #expect(try Self.ask("top --interval 0", mock).status == "2")
    let program = CommandTests.program.path
    for ending in ["--count 2", "</dev/tty & sleep 1; kill $!; wait"] {
      let inside = "stty -g; \(program) top --interval 0.1 \(ending); stty -g"
      let question = "script -qec \"\(inside.replacingOccurrences(of: "$", with: "\\$"))\" /dev/null </dev/null"
      let shown = try ToolRun.answers(of: ToolRun.stock, to: [question], in: mock.folder).transcript
      // Before and behind the program: a line of numbers, the second behind what gives the screen back.
      let settings = shown.split { $0.isNewline }.compactMap { line in
        line.split(separator: "l").last { $0.split(separator: ":").count > 10 }
      }
      #expect(settings.count == 2 && settings.first == settings.last, "\(shown.debugDescription)")
      #expect(shown.contains("\u{1b}[?1049h") && shown.contains("\u{1b}[?1049l"))
    }
  }

  @Test func `the doctor finds an endpoint that is routed into its own tunnel, and a file's faults`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try Self.mock(handshakeAgo: 1)
    let file = mock.folder + "/x.conf"
    let text =
      "[Interface]\nPrivateKey = \(Self.key)\n[Peer]\nPublicKey = \(Self.key)\nAllowedIPs = 10.0.0.0/8, 10.0.0.0/8\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let answer = try Self.ask("doctor --json \(file)", mock)
    let objects = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.lines.joined().utf8)) as? [[String: Any]])
    func verdict(_ id: String) -> String? { objects.first { $0["id"] as? String == id }?["verdict"] as? String }
    #expect(verdict("peer.endpoint-inside-allowed-ips") == "fail" && answer.status == "3", "\(answer)")
    #expect(verdict("file.duplicate-allowed-ips") == "warn" && verdict("file.readable") == "pass")
    #expect(verdict("tunnel.control-socket") == "pass" && verdict("peer.handshake-age") == "pass")
    let plain = try Self.ask("doctor \(file)", mock)
    #expect(plain.lines.contains { $0.hasPrefix(" 4 fail  tt0 \(Self.key): ") && $0.contains("; ") })
    #expect(!plain.lines.joined().contains("AAAAAU="), "no secret is told")
  }
}
