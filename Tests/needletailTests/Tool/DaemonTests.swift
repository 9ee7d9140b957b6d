import Foundation
import Testing

/// Our verbs and the stock `wg` on a needletaild that runs, in namespaces of its own.
@Suite(.serialized, .timeLimit(.minutes(5))) struct DaemonTests {
  /// Runs a daemon that serves `tt0` while `body` runs.
  private static func withDaemon(_ body: (MockTunnels, _ process: Int32) throws -> Void) throws {
    try ToolRun.requireRightsAndTools()
    let place = try MockTunnels()
    let daemon = CommandTests.program.deletingLastPathComponent().appendingPathComponent("needletaild").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    process.arguments = [
      "-m", "-n", "sh", "-ec",
      "mkdir -p /var/run/wireguard; mount --bind \(place.folder) /var/run/wireguard; exec \(daemon) -f tt0",
    ]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    let socket = place.folder + "/tt0.sock"
    for _ in 0..<500 where !FileManager.default.fileExists(atPath: socket) {
      try #require(process.isRunning, "the daemon does not start")
      Thread.sleep(forTimeInterval: 0.02)
    }
    try body(place, process.processIdentifier)
  }

  @Test func `a daemon is changed by ours and by the stock tool, and both tell the same of it`() throws {
    let (key, other) = (ToolTests.key, ToolTests.other)
    let own = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
    let file =
      "[Interface]\\nPrivateKey=\(own)\\nFwMark=0x7\\n[Peer]\\nPublicKey=\(key)\\nAllowedIPs=10.1.2.3/8, fd00::/64\\n"
      + "PresharedKey=\(other)\\nEndpoint=192.0.2.1:7\\nPersistentKeepalive=3600\\n"
    let questions = ToolTests.fields.map { "wg show tt0 \($0)" } + ["wg", "wg showconf tt0", "wg show all dump"]
    try Self.withDaemon { place, _ in
      let steps = [
        "wg show tt0", "printf '\(file)' >$bin/c; wg setconf tt0 $bin/c",
        "wg set tt0 peer \(other) allowed-ips 10.0.0.0/8",
        "printf '[Peer]\\nPublicKey=\(other)\\nEndpoint=[2001:db8::1]:9\\n' >$bin/c; wg addconf tt0 $bin/c",
        "printf '[Interface]\\nPrivateKey=\(own)\\n[Peer]\\nPublicKey=\(key)\\n' >$bin/c; wg syncconf tt0 $bin/c",
        "wg set tt0 peer \(key) remove", "wg set tt0 private-key /dev/null",
      ]
      for step in steps {
        let done = try ToolRun.answers(of: CommandTests.program.path, to: [step], in: place.folder).transcript
        #expect(done.hasSuffix("\n-- 0\n"), "\(done)")
        try ToolRun.compare(questions, in: place, "\(step)")
        // The stock tool finds nothing left to do: what it asks for is there.
        if step.contains("conf tt0") || step.contains("set tt0") {
          let told = try ToolRun.answers(of: ToolRun.stock, to: ["wg show tt0 dump"], in: place.folder)
          _ = try ToolRun.answers(of: ToolRun.stock, to: [step], in: place.folder)
          let again = try ToolRun.answers(of: ToolRun.stock, to: ["wg show tt0 dump"], in: place.folder)
          // A port that the daemon chooses is another one each time.
          #expect(Self.withoutPort(told) == Self.withoutPort(again), "\(step)")
        }
      }
    }
  }

  private static func withoutPort(_ answers: ToolRun.Answers) -> [[Substring]] {
    answers.transcript.split(separator: "\n").map { line in
      var fields = line.split(separator: "\t")
      if fields.count == 4 { fields[2] = "" }
      return fields
    }
  }

  @Test func `status sees initiations that nobody answers`() throws {
    try Self.withDaemon { place, daemon in
      let program = CommandTests.program.path
      func run(_ question: String) throws -> String {
        try ToolRun.answers(of: program, to: [question], in: place.folder).transcript
      }
      #expect(try run("wg set tt0 peer \(ToolTests.key) endpoint 127.0.0.1:9").hasSuffix("-- 0\n"))
      let idle = try run("\(program) status")
      #expect(idle.contains("  Idle  127.0.0.1:9  mtu 1420 (default)\n") && idle.hasSuffix("-- 0\n"), "\(idle)")
      _ = try run(
        "for link in lo tt0; do nsenter -t \(daemon) -n ip link set $link up; done; wg genkey >$bin/k; "
          + "wg set tt0 private-key $bin/k peer \(ToolTests.key) persistent-keepalive 1")
      var status = ""
      for _ in 0..<50 where !status.contains("  Handshaking(1/18)  ") {
        Thread.sleep(forTimeInterval: 0.1)
        status = try run("\(program) status")
      }
      #expect(
        status.contains("  Handshaking(1/18)  127.0.0.1:9  mtu 1420 (default)\n") && status.hasSuffix("-- 3\n"),
        "\(status)")
      let why = try run("\(program) explain handshake \(ToolTests.key.prefix(6))")
      #expect(why.contains("initiation 1 awaits its response\n") && why.contains("try: is UDP let through"), "\(why)")
      #expect(why.hasSuffix("-- 3\n"))
      let metrics = try run("\(program) metrics")
      #expect(metrics.contains("needletail_rejected_total{interface=\"tt0\",reason=\"bad_mac1\"} 0\n"), "\(metrics)")
      for worker in ["transmit", "receive", "handshake", "control"] {
        let sample = "needletail_worker_cpu_microseconds_total{interface=\"tt0\",worker=\"\(worker)\"} "
        let line = metrics.split(separator: "\n").first { $0.hasPrefix(sample) }
        let time = line.flatMap { UInt64($0.dropFirst(sample.count)) }
        // Each has begun, which takes time; none can have worked for a minute.
        #expect(time.map { (1..<60_000_000).contains($0) } == true, "\(worker): \(line ?? "nothing")")
      }
      #expect(metrics.contains("needletail_mtu_bytes{interface=\"tt0\"} 1420\n"))
      #expect(metrics.contains("needletail_receive_drops_total{interface=\"tt0\"} 0\n"))
    }
  }
}
