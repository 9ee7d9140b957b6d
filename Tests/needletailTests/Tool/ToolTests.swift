import Foundation
import Testing

/// Our verbs of `wg` and the stock `wg`, side by side: output, complaints and statuses are the same to the byte.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ToolTests {
  static let fields = [
    "", "public-key", "private-key", "listen-port", "fwmark", "peers", "preshared-keys", "endpoints", "allowed-ips",
    "latest-handshakes", "transfer", "persistent-keepalive", "dump",
  ]
  static let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="
  static let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI="

  /// 320 states, eight at a time; the seeds of those that are told differently are in the message.
  @Test(arguments: 0..<8) func `states from seeds are told the same way`(part: Int) throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    for batch in 0..<5 {
      let first = UInt64((part * 5 + batch) * 8 + 1)
      for number in 0..<8 {
        var random = RandomState(seed: first + UInt64(number))
        let now = UInt64(Date().timeIntervalSince1970)
        try mock.answer("tt\(number)", get: random.reply(now: now))
      }
      var questions = Self.fields.map { "wg show all \($0)" } + (0..<8).map { "wg showconf tt\($0)" }
      questions += ["public-key", "endpoints", "dump", ""].map { "wg show tt\(batch) \($0)" }
      questions += ["WG_COLOR_MODE=always WG_HIDE_KEYS=never wg show", "WG_COLOR_MODE=never WG_HIDE_KEYS=always wg"]
      try ToolRun.compare(questions, in: mock, "seeds \(first) to \(first + 7)")
    }
  }

  /// Every edge of a reply that the stock program takes or refuses.
  @Test func `replies that are strange or broken are taken and refused alike`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let peer = "public_key=\(String(repeating: "0", count: 63))1\n"
    let end = "errno=0\n\n"
    let replies = [
      "", "\n", "\n\n", "errno=0", "errno=0\n", "errno=5\n\n", "errno=-5\n\n", "errno=x\n\n", "errno=99999\n\n",
      "errno=2147483648\n\n", "errno=0\nerrno=5\n\n", "errno=0\nlisten_port=5\n\n", "foo\n" + end, "=1\n" + end,
      "listen_port=\n" + end, "listen_port=007\n" + end, "listen_port=+1\n" + end, "listen_port=1x\n" + end,
      "fwmark=0x5\n" + end, "private_key=zz\n" + end, "private_key=\(String(repeating: "A", count: 64))\n" + end,
      "private_key=\(String(repeating: "0", count: 64))\n" + end, peer + "listen_port=99999\n" + end,
      "rx_bytes=x\n" + peer + end, peer + "rx_bytes=18446744073709551616\n" + end, peer + peer + end,
      peer + "last_handshake_time_nsec=4294967296\n" + end, "listen_port=5\r\n" + end, "LISTEN_PORT=5\n" + end,
      peer + "allowed_ip=010.0.0.0/8\n" + end, peer + "allowed_ip=10.0.0.0/08\n" + end,
      peer + "endpoint=[2001::1%2]:5\n" + end, peer + "endpoint=[fe80::1%lo]:70000\n" + end,
      peer + "endpoint=::1:5\n" + end, peer + "endpoint=1.2.3:5\n" + end, peer + "protocol_version=2\n" + end,
      String(repeating: "x", count: 70000) + "=1\n" + end,
    ]
    for reply in replies {
      try mock.answer("tt0", get: reply)
      try ToolRun.compare(
        ["wg show tt0 dump", "wg show tt0", "wg show all endpoints", "wg showconf tt0"], in: mock, "\(reply.prefix(99))"
      )
    }
  }

  @Test func `several tunnels, some of them broken, are listed alike`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let questions = ["", "interfaces", "all", "all foo", "all dump", "interfaces x", "all dump x"].map {
      "wg show \($0)"
    }
    try ToolRun.compare(questions, in: mock, "no tunnel")
    try mock.answer("tt2", get: "errno=5\n\n")
    try ToolRun.compare(questions, in: mock, "a broken one")
    for name in ["tt1", "tt3", "a-name.with+=_"] { try mock.answer(name, get: "listen_port=5\nerrno=0\n\n") }
    try Data().write(to: URL(fileURLWithPath: mock.folder + "/tt4.sock"))
    try Data().write(to: URL(fileURLWithPath: mock.folder + "/other"))
    try ToolRun.compare(
      questions + ["tt4", "a/b", "''", "nosuch", String(repeating: "x", count: 200)].map { "wg show \($0)" }, in: mock)
    try mock.leaveStaleSocket("tt5")
    try ToolRun.compare(["wg show tt5; ls /var/run/wireguard | grep -c tt5"], in: mock, "one that nobody serves")
    #expect(!FileManager.default.fileExists(atPath: mock.folder + "/tt5.sock"), "it is removed")
  }

  @Test func `misuse is answered alike`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    try mock.answer("tt0", get: "errno=0\n\n")
    try ToolRun.compare(
      [
        "wg foo", "wg sh", "wg --help", "wg -h", "wg help", "wg show --help", "wg show help", "wg show -h",
        "wg show tt0 foo", "wg show tt0 --help", "wg show tt0 dump x", "wg showconf", "wg showconf tt0 x",
        "wg showconf -h", "wg set", "wg set tt0", "wg set --help", "wg setconf", "wg setconf tt0", "wg setconf tt0 a b",
        "wg addconf tt0", "wg syncconf", "wg genkey x", "wg genpsk x", "wg pubkey x", "wg setconf tt0 /nonexistent",
        "wg syncconf tt0 /nonexistent", "wg set nosuch fwmark 5", "wg setconf nosuch /dev/null",
      ], in: mock)
  }

  @Test func `keys are made and derived alike`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let inputs = [
      "", Self.key, Self.key + "\\n", Self.key + "\\n \\t\\n", Self.key + " x", Self.key + "x", "AAAA\\n",
      "  " + Self.key, String(Self.key.dropLast(2)) + "V=", String(repeating: "A", count: 50), Self.key + "\\0",
    ]
    try ToolRun.compare(inputs.map { "printf '\($0)' | wg pubkey" }, in: mock)
    try ToolRun.compare(
      [
        "wg genkey | wc -c", "wg genpsk | wc -c", "wg genkey | wg pubkey | wc -c", "wg genkey >/dev/full",
        "f=$bin/f; rm -f $f; wg genkey >$f", "f=$bin/f; touch $f; chmod 604 $f; wg genpsk >$f",
        "f=$bin/f; touch $f; chmod 640 $f; wg genkey >$f", "f=$bin/f; touch $f; chmod 602 $f; wg genkey >$f",
        // A private key is clamped, so its public key does not depend on the bits that clamping sets.
        "wg genkey | base64 -d | od -An -tu1 | tr -s ' ' '\\n' | sed '/^$/d' | awk 'NR==1{print $1%8} NR==32{print int($1/64)}'",
      ], in: mock)
    let both = try (0..<2).map { _ in
      try ToolRun.answers(of: CommandTests.program.path, to: ["wg genkey"], in: mock.folder)
    }
    #expect(both[0] != both[1], "two keys are not the same")
  }

  /// Arguments of `set`; each also with what the daemon is told.
  @Test func `changes by arguments are understood and refused alike`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let key = Self.key
    let device = [
      "listen-port 5", "listen-port x", "listen-port ntp", "listen-port 70000", "listen-port -1", "listen-port",
      "listen-port ''", "listen-port 5 6", "listen-port 5 listen-port 7", "LISTEN-PORT 5", "fwmark 5", "fwmark OFF",
      "fwmark 0xff", "fwmark 0XFF", "fwmark 0x", "fwmark 4294967295", "fwmark 4294967296", "fwmark 010", "fwmark 5x",
      "fwmark -1", "fwmark ''", "private-key /dev/null", "private-key /nonexistent", "private-key $f", "private-key $g",
      "private-key $h", "private-key /tmp", "peer", "peer x", "peer \(key)", "peer \(key) remove", "remove",
      "endpoint 1.2.3.4:5", "peer \(key) remove endpoint 1.2.3.4:5", "peer \(key) foo", "peer \(key) fwmark 5",
      "peer \(key) peer \(Self.other) allowed-ips 10.0.0.0/8 peer \(key) remove", "''", "fwmark 1 listen-port 2",
    ]
    let peer = [
      "endpoint 1.2.3.4:5", "endpoint 1.2.3.4", "endpoint '[::1'", "endpoint '[::1]'", "endpoint '[::1]:'",
      "endpoint '[::1]x:5'", "endpoint :5", "endpoint ::1:5", "endpoint '[2001::1%3]:5'", "endpoint 1.2.3.4:ntp",
      "endpoint ''", "endpoint '[]:5'", "endpoint 1.2.3.4:", "endpoint", "persistent-keepalive 25",
      "persistent-keepalive off", "persistent-keepalive 65536", "persistent-keepalive -1", "persistent-keepalive 5x",
      "persistent-keepalive ''", "preshared-key $f", "preshared-key /dev/null", "preshared-key /nonexistent",
      "allowed-ips 10.0.0.0/8,::/0,1.2.3.4", "allowed-ips ''", "allowed-ips '10.0.0.0/8, 11.0.0.0/8'",
      "allowed-ips 10.0.0.0/33", "allowed-ips 10.0.0.0/", "allowed-ips x", "allowed-ips ,", "allowed-ips /8",
      "allowed-ips 10.0.0.0/8,", "allowed-ips ::1/129", "allowed-ips 10.0.0.0/-1", "allowed-ips 10.0.0.0/8x",
      "allowed-ips 1.2.3.4/24/5", "allowed-ips 10.0.0.0/08", "allowed-ips 10.1/16",
      "allowed-ips 10.0.0.0/8 allowed-ips 11.0.0.0/8",
    ].map { "peer \(key) " + $0 }
    let files = "f=$bin/f; g=$bin/g; h=$bin/h; echo '\(key)' >$f; echo '\(key) x' >$g; echo AAAA >$h; "
    try mock.answer("tt0", get: "errno=0\n\n")
    for part in [device, peer] {
      let questions = part.map { files + "wg set tt0 " + $0 }
      _ = mock.takeRequests()
      _ = try ToolRun.answers(of: ToolRun.stock, to: questions, in: mock.folder)
      let theirs = mock.takeRequests()
      _ = try ToolRun.answers(of: CommandTests.program.path, to: questions, in: mock.folder)
      #expect(mock.takeRequests() == theirs)
      try ToolRun.compare(questions, in: mock)
    }
    // Host bits and names of zones are gone from the request; what is said is the same.
    try ToolRun.compare(
      ["10.1.2.3/8", "::5/64", "::ffff:1.2.3.4/100"].map { "wg set tt0 peer \(key) allowed-ips \($0)" }, in: mock)
    for reply in ["errno=22\n\n", "errno=-22\n\n", "errno=0\n", "\n", "", "errno=x\n\n", "foo\n\n", "errno=-98\n\n"] {
      try mock.answer("tt0", get: "errno=0\n\n", set: reply)
      try ToolRun.compare(["wg set tt0 fwmark 5"], in: mock, "\(reply)")
    }
  }

  @Test func `files are understood and refused alike`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let state = "public_key=\(String(repeating: "0", count: 63))1\npublic_key=\(String(repeating: "0", count: 63))2\n"
    try mock.answer("tt0", get: state + "errno=0\n\n")
    let (one, other) = (Self.key, Self.other)
    let peer = "[Peer]\\nPublicKey=\(one)\\n"
    let files = [
      "", "[Interface]\\n", peer, "[Peer]\\n", peer + "[Peer]\\n", "foo", "[interface]\\nlistenport=5", "[Foo]\\n",
      "[Interface]\\nPrivateKey=\(one)\\nListenPort=5\\nFwMark=0x5\\n\(peer)AllowedIPs=10.0.0.0/8,::/0\\n"
        + "Endpoint=1.2.3.4:5\\nPersistentKeepalive=25\\nPresharedKey=\(other)\\n[Peer]\\nPublicKey = \(other)\\n",
      "ListenPort=5\\n", "[Interface]\\nPublicKey=\(one)", "[Interface]\\nListenPort=\\n", "[Interface]\\nListenPort=x",
      "[Interface]\\nListenPort = 5 # c\\n# foo\\n   \\n", "[Interface]\\nList enPort = 5",
      "[Interface]\\r\\nFwMark=7\\r\\n",
      "[Interface]\\nPrivateKey=AAA", "[Interface]\\nFwMark=x", "[Peer]\\nPublicKey=x", peer + "AllowedIPs=\\n",
      peer + "AllowedIPs=1.2.3.4/33", peer + "AllowedIPs=1.2.3.4,", peer + "Endpoint=foo", peer + "Endpoint=",
      peer + "PersistentKeepalive=x", peer + "PresharedKey=x", "[Interface]\\nAddress=1.2.3.4",
      "[Interface]ListenPort=5",
      "[Interface]\\nListen#Port=5", "[Interface]\\nListenPort=5 # x\\nListenPort=6", "\\357\\273\\277[Interface]\\n",
      "[Interface]\\nListenPort=5\\n\\0foo\\n", peer + "PublicKey=\(other)\\n", peer + peer + "AllowedIPs=1.2.3.4\\n",
      "[Interface]\\n\(peer)[Interface]\\nFwMark=6\\n", peer + "PersistentKeepalive = off",
    ]
    let questions = files.flatMap { file in
      ["setconf", "addconf", "syncconf"].map { "printf '\(file)' >$bin/c; wg \($0) tt0 $bin/c" }
    }
    _ = mock.takeRequests()
    _ = try ToolRun.answers(of: ToolRun.stock, to: questions, in: mock.folder)
    let theirs = mock.takeRequests()
    _ = try ToolRun.answers(of: CommandTests.program.path, to: questions, in: mock.folder)
    #expect(mock.takeRequests() == theirs)
    try ToolRun.compare(questions + ["wg setconf tt0 /tmp"], in: mock)
    try mock.answer("tt0", get: "errno=5\n\n")
    try ToolRun.compare(["printf '\(peer)' >$bin/c; wg syncconf tt0 $bin/c"], in: mock, "a tunnel that cannot be asked")
  }

  /// The one thing that is changed: what a file no longer says is cleared, as the daemon's protocol wants it.
  @Test func `syncconf clears what a file no longer says`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let hex = String(repeating: "0", count: 63)
    try mock.answer(
      "tt0", get: "public_key=\(hex)1\npreshared_key=\(hex)9\npersistent_keepalive_interval=9\nerrno=0\n\n")
    _ = try ToolRun.answers(
      of: CommandTests.program.path,
      to: ["printf '[Peer]\\nPublicKey=\(Self.key)\\n' >$bin/c; wg syncconf tt0 $bin/c"], in: mock.folder)
    #expect(
      mock.takeRequests().last?.hasSuffix(
        "public_key=\(hex)1\npreshared_key=\(hex)0\npersistent_keepalive_interval=0\nreplace_allowed_ips=true\n\n")
        == true)
  }

  /// A resolver that cannot be reached, and patience from the environment.
  @Test func `names that cannot be resolved are tried again, as often as is said`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    try mock.answer("tt0", get: "errno=0\n\n")
    let set = "wg set tt0 peer \(Self.key) endpoint 1.2.3.4:nosuch"
    try ToolRun.compare(
      ["0", "1", "2", "x", "-1"].map { "WG_ENDPOINT_RESOLUTION_RETRIES=\($0) \(set)" }, in: mock)
  }

  @Test func `JSON says what the pretty form says, and hides keys`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let hex = String(repeating: "0", count: 63)
    try mock.answer(
      "tt0",
      get: "private_key=\(hex)5\nlisten_port=5\npublic_key=\(hex)1\npreshared_key=\(hex)9\n"
        + "endpoint=[fe80::1%lo]:5\nrx_bytes=7\nallowed_ip=10.0.0.0/8\nerrno=0\n\n")
    let program = CommandTests.program.path
    func ask(_ question: String) throws -> String {
      let ours = question.replacingOccurrences(of: "wg ", with: program + " ")
      let transcript = try ToolRun.answers(of: program, to: [ours], in: mock.folder).transcript
      return String(transcript.split(separator: "\n", omittingEmptySubsequences: false)[1])
    }
    let hidden = try ask("wg show tt0 --json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(hidden.utf8)) as? [String: Any])
    #expect(object["listenPort"] as? Int == 5 && object["hasPrivateKey"] as? Bool == true)
    let peers = try #require(object["peers"] as? [[String: Any]])
    #expect(peers.count == 1 && peers[0]["endpoint"] as? String == "[fe80::1%lo]:5")
    #expect(!hidden.contains("AAAAAU=") && !hidden.contains("AAAAAk="), "secret keys are hidden")
    #expect(try ask("WG_HIDE_KEYS=never wg show tt0 --json").contains("AAAAAU="))
    #expect(try ask("wg show --json") == "[" + hidden + "]")
  }
}
