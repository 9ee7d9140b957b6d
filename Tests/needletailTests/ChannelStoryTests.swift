import Foundation
import Testing

/// A publisher's and a client's story, told with the program alone: packages of a shell script that a service runs.
@Suite(.serialized) struct ChannelStoryTests {
  /// A publisher's workspace and a machine.
  struct Stage {
    let folder: String
    /// What packages have before their serial.
    var service = "release"
    /// How many there are.
    var releases = 3

    func path(_ name: String) -> String { folder + "/" + name }

    @discardableResult
    func release(_ arguments: String...) throws -> String {
      let result = try CommandTests.run(["release"] + arguments + ["--root", path("publisher")])
      #expect(result.status == 0, "\(arguments): \(result.errors)")
      return result.output
    }

    @discardableResult
    func channel(_ arguments: String..., status: Int32 = 0) throws -> String {
      let result = try CommandTests.run(["channel"] + arguments + ["--root", path("client")])
      #expect(result.status == status, "\(arguments): \(result.output) \(result.errors)")
      return result.output + result.errors
    }

    /// What the doctor finds wrong with the channel: verdicts by checks' names.
    func wrong() throws -> [String: String] {
      struct Finding: Decodable { let id, verdict, reason, remedy, page: String }
      let result = try CommandTests.run(["doctor", "--json", "--channel", path("client"), path("none.conf")])
      let findings = try JSONDecoder().decode([Finding].self, from: Data(result.output.utf8))
      let channel = findings.filter { $0.id.hasPrefix("channel.") }
      #expect(Set(channel.map(\.id)).count == 4 && channel.allSatisfy { $0.page.hasPrefix("Docs/Command.md#") })
      return Dictionary(channel.filter { $0.verdict != "pass" }.map { ($0.id, $0.verdict) }) { first, _ in first }
    }

    var running: String { (try? String(contentsOfFile: path("running"), encoding: .utf8)) ?? "" }

    func write(_ text: String, _ name: String, mode: Int = 0o755) throws {
      let place = URL(fileURLWithPath: path(name))
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.path)
    }

    /// Keys, releases of which the third is broken, and a machine that trusts the first root.
    func prepare() throws {
      for name in ["root1", "root2", "release1", "release2", "timestamp", "snapshot", "brake", "evidence"] {
        try release("keys", "new", path(name))
      }
      var roles: [String] = []
      for (role, name) in [
        ("root", "root1"), ("root", "root2"), ("releases", "release1"), ("releases", "release2"),
        ("timestamp", "timestamp"), ("snapshot", "snapshot"), ("brake", "brake"), ("evidence", "evidence"),
      ] { roles += ["--key", "\(role)=\(path(name)).pub"] }
      let made = try CommandTests.run(["release", "repo", "init", "--root", path("publisher")] + roles)
      #expect(made.status == 0, "\(made.errors)")
      try release("repo", "sign", "--key", path("root1"), "--key", path("root2"))
      try write("notes\n", "notes")
      for serial in 1...releases {
        var tar = TarText()
        tar.add("service", "\(service) \(serial)\n")
        try Data(tar.finished).write(to: URL(fileURLWithPath: path("\(serial).tar")))
        try release(
          "repo", "add", "portable", "\(serial)", "--version", "1.0.\(serial)", "--file",
          "tar:linux:\(Self.architecture):\(path("\(serial).tar"))", "--notes", path("notes"), "--recipe", "make")
      }
      try release("repo", "sign", "--key", path("release1"), "--key", path("release2"))
      try offer(1, to: 1_000_000)
      try write("", "client/.keep")
      try FileManager.default.copyItem(atPath: path("publisher/repo/1.root.json"), toPath: path("client/root.json"))
      try write("#!/bin/sh\ncat \(path("client"))/current/service > \(path("running"))\n", "restart")
      try write(
        "#!/bin/sh\ngrep -q 3 \(path("running")) && echo service fail || echo transfer pass\n", "probe")
      try write(
        #"{"repository": "\#(path("publisher"))/repo", "updateMode": "auto", "restart": ["\#(path("restart"))"], "#
          + #""probe": ["\#(path("probe"))"], "probationSeconds": 2, "watchTunnels": false}"#, "client/policy.json",
        mode: 0o644)
    }

    func offer(_ serial: Int, to ppm: Int) throws {
      try release(
        "advance", "portable", "\(serial)", "--to", "\(ppm)", "--step", "\(ppm == 1_000_000 ? 4 : 0)", "--despite",
        "a test", "--key", path("release1"), "--key", path("release2"))
      try publish()
    }

    func publish() throws {
      try release("repo", "publish", "--timestamp-key", path("timestamp"), "--snapshot-key", path("snapshot"))
    }

    #if arch(x86_64)
    static let architecture = "x86_64"
    #else
    static let architecture = "aarch64"
    #endif
  }

  static func with(service: String = "release", releases: Int = 3, _ body: (Stage) throws -> Void) throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    let stage = Stage(folder: place.path, service: service, releases: releases)
    try stage.prepare()
    try body(stage)
  }

  @Test func `a machine takes a release, goes back from a broken one by itself, and obeys the brake`() throws {
    try Self.with { stage in
      #expect(try stage.channel("check", status: 10).contains("1 can be installed"))
      try stage.channel("update")
      #expect(stage.running == "release 1\n")

      // A tenth of a per cent, and nobody can tell which machines those are but they themselves.
      try stage.offer(2, to: 1)
      #expect(try stage.channel("check", status: 13).contains("this machine is number"))
      let metrics = try CommandTests.run(["metrics", "--channel", stage.path("client")]).output
      for line in [
        "release_info{component=\"portable\",channel=\"stable\",phase=\"optIn\"} 1",
        "release_serial{component=\"portable\"} 1", "release_probation{component=\"portable\"} 0",
        "release_quarantined{component=\"portable\"} 0", "release_frozen{component=\"portable\"} 0",
        "rollout_serial{component=\"portable\"} 2", "rollout_ppm{component=\"portable\"} 1",
      ] { #expect(metrics.split(separator: "\n").contains { $0 == "needletail_" + line }, "\(line) in \(metrics)") }
      #expect(try stage.channel("why").contains("✗ 2 cohort"))
      try stage.offer(2, to: 1_000_000)
      try stage.channel("update")
      #expect(stage.running == "release 2\n")

      // T43's calmer half: a broken release goes, the one before runs again, and it is not tried again.
      try stage.offer(3, to: 1_000_000)
      let said = try stage.channel("update", status: 33)
      #expect(said.contains("2 runs again") && said.contains("a report to the publisher is drafted in"))
      let drafts = try FileManager.default.contentsOfDirectory(atPath: stage.path("client/reports"))
      let draft = try String(contentsOfFile: stage.path("client/reports/" + drafts[0]), encoding: .utf8)
      #expect(drafts.count == 1 && draft.contains("serial: 3\n") && draft.contains("probes: service\n"))
      #expect(stage.running == "release 2\n")
      #expect(try stage.channel("status").contains("quarantined  3"))
      try stage.channel("update")
      try stage.channel("quarantine", "clear", "9", status: 34)
      try stage.channel("quarantine", "clear", "3")
      #expect(try stage.channel("check", status: 10).contains("3 can be installed"))
      try stage.release(
        "halt", "portable", "3", "--reason", "NT-1", "--key", stage.path("brake"), "--timestamp-key",
        stage.path("timestamp"))
      #expect(try stage.channel("check", status: 12).contains("halted"))

      #expect(try stage.wrong() == [:])
      try stage.channel("rollback")
      #expect(stage.running == "release 1\n")
      // What somebody has gone back from does not come again by itself.
      try stage.channel("update", status: 12)
      #expect(stage.running == "release 1\n")
      #expect(try stage.channel("status").contains("quarantined  2"))
      #expect(try stage.channel("quarantine", "list").contains("2"))
      try stage.channel("quarantine", "clear", "2")
      #expect(try stage.channel("check", status: 10).contains("2 can be installed"))
      #expect(try stage.channel("log", "verify").contains("lines, as they were written"))
      #expect(try stage.channel("history").contains("goingBack:probeFailed"))
    }
  }

  @Test func `a release after one that failed is taken, and a failure is told as whose it is`() throws {
    try Self.with(releases: 4) { stage in
      try stage.channel("update")
      try stage.offer(3, to: 1_000_000)
      try stage.channel("update", status: 33)
      try stage.offer(4, to: 1_000_000)
      let repository = stage.path("publisher/repo")
      let name = try #require(
        try FileManager.default.subpathsOfDirectory(atPath: repository).first { $0.hasSuffix("4.tar") })
      let package = URL(fileURLWithPath: repository + "/" + name)
      let good = try Data(contentsOf: package)
      var bad = good
      bad[600] ^= 1
      try bad.write(to: package)
      let said = try stage.channel("update", status: 20)
      #expect(said.contains("not the file that was signed") && !said.contains("3 failed"))
      try good.write(to: package)
      try stage.channel("update")
      #expect(stage.running == "release 4\n")

      // Going back needs nobody, for the release before stays here; one that is not to be had any more is no success.
      for name in try FileManager.default.subpathsOfDirectory(atPath: repository) where name.hasSuffix(".tar") {
        try FileManager.default.removeItem(atPath: repository + "/" + name)
      }
      try stage.channel("rollback")
      #expect(stage.running == "release 1\n")
      try FileManager.default.removeItem(atPath: stage.path("client/packages/4"))
      try stage.channel("rollback", status: 30)
      #expect(stage.running == "release 1\n")
    }
  }

  @Test func `a release of another phase needs what its move needs`() throws {
    try Self.with { stage in
      try stage.release(
        "repo", "add", "portable", "4", "--version", "1.1.0", "--phase", "default", "--file",
        "tar:linux:\(Stage.architecture):\(stage.path("1.tar"))", "--notes", stage.path("notes"), "--recipe", "make")
      func time(daysAgo days: Double) -> String {
        Date(timeIntervalSinceNow: -days * 86_400).ISO8601Format()
      }
      try stage.release(
        "evidence", "record", "portable", "4", "--installs", "0", "--install-days", "0", "--test-run",
        stage.path("notes"), "--recipe", "make", "--built-at", time(daysAgo: 31), "--drilled-at", time(daysAgo: 1))
      try stage.release(
        "repo", "sign", "--key", stage.path("release1"), "--key", stage.path("release2"), "--key",
        stage.path("evidence"))
      try stage.publish()
      func advance() throws -> (status: Int32, said: String) {
        let result = try CommandTests.run(
          ["release", "advance", "portable", "4", "--to", "1000", "--root", stage.path("publisher")]
            + ["release1", "release2"].flatMap { ["--key", stage.path($0)] })
        return (result.status, result.output + result.errors)
      }
      func show() throws -> Int32 {
        try CommandTests.run(["release", "phase", "show", "portable", "4", "--root", stage.path("publisher")]).status
      }
      var step = try advance()
      #expect(step.status == 1 && step.said.contains("✗ phase") && step.said.contains("30d quiet needed, 0d"))
      #expect(try show() == 1)
      var record = ["phase", "record", "portable", "--code-changed-at", time(daysAgo: 31)]
      record += ["--cohort-registered-at", time(daysAgo: 40)]
      for name in ["intel", "amd", "arm"] { record += ["--stratum", name] }
      #expect(try CommandTests.run(["release"] + record + ["--root", stage.path("publisher")]).status == 0)
      #expect(try show() == 0)
      step = try advance()
      #expect(step.status == 0 && step.said.contains("✓ phase"), "\(step.said)")
      // What was asked and said can be asked again.
      let gate = stage.path("publisher/gate")
      let ledgers = try FileManager.default.contentsOfDirectory(atPath: gate).filter {
        $0.hasPrefix("portable-4-stable-1000") && $0.hasSuffix(".ledger.json")
      }
      let again = try CommandTests.run(["release", "gate", "explain", gate + "/" + (ledgers.sorted().last ?? "")])
      #expect(again.status == 0 && again.output.contains("phase       optIn→default"))

      // A page of where it stands, made of what is published.
      try stage.release("repo", "sign", "--key", stage.path("release1"), "--key", stage.path("release2"))
      try stage.publish()
      let said = try stage.release("status", "--html", stage.path("page.html"), "--state", stage.path("state.json"))
      #expect(said.contains("portable 4 stable 1000→10000 ppm : WAIT"))
      let page = try String(contentsOfFile: stage.path("page.html"), encoding: .utf8)
      #expect(page.contains("portable 4") && page.contains("exposure"))
      let report = try CommandTests.run(["channel", "report", stage.path("state.json")])
      #expect(report.status == 0 && report.output.contains("portable 4 stable 1000→10000 ppm : WAIT"))
    }
  }

  @Test func `what cannot be read of before is no reason to keep a broken release`() throws {
    try Self.with { stage in
      try stage.channel("update")
      try FileManager.default.createDirectory(
        atPath: stage.path("client/tunnels-before.json"), withIntermediateDirectories: false)
      try stage.offer(3, to: 1_000_000)
      try stage.channel("update", status: 33)
      #expect(stage.running == "release 1\n")
    }
  }

  @Test func `the doctor says what keeps a channel from going on, or back`() throws {
    try Self.with { stage in
      try stage.channel("update")
      try stage.offer(2, to: 1_000_000)
      try stage.channel("update")
      #expect(try stage.wrong() == [:])
      let policy = try String(contentsOfFile: stage.path("client/policy.json"), encoding: .utf8)
      try stage.write(#"{"knobs": {"nothing.knows": "1"}, "# + policy.dropFirst(), "client/policy.json", mode: 0o644)
      #expect(try stage.wrong() == ["channel.knobs": "warn"])
      try stage.write(policy, "client/policy.json", mode: 0o644)
      try FileManager.default.moveItem(atPath: stage.path("client/slots/1"), toPath: stage.path("away"))
      #expect(try stage.wrong() == ["channel.previous": "warn"])
      try FileManager.default.moveItem(atPath: stage.path("away"), toPath: stage.path("client/slots/1"))
      let log = URL(fileURLWithPath: stage.path("client/audit.jsonl"))
      var lines = try Data(contentsOf: log)
      lines[lines.count / 2] ^= 1
      try lines.write(to: log)
      #expect(try stage.wrong() == ["channel.state": "fail"])
    }
  }

  @Test func `an administrator's wishes are kept, and have limits`() throws {
    try Self.with { stage in
      try stage.channel("pin", "--at-most", "0")
      try stage.channel("check")
      try stage.channel("unpin")
      try stage.channel("pin", "1.0.2")
      try stage.channel("check")
      try stage.channel("unpin")
      try stage.channel("defer", "3")
      #expect(try stage.channel("check", status: 11).contains("put off until"))
      try stage.channel("defer", "366", status: 2)
      try stage.channel("defer", "0")
      try stage.channel("pause", "2099-01-01T00:00:00Z", status: 40)
      try stage.channel("pause", "tomorrow", status: 2)
      try stage.channel("follow", "beta", status: 40)
      try stage.channel("follow", "preview")
      try stage.channel("check")
      try stage.channel("follow", "stable")
      try stage.channel("check", status: 10)
      try stage.channel("commit", status: 1)
      try stage.channel("rollback", status: 1)
      try stage.channel("update", "--stage-only")
      #expect(stage.running == "")
      #expect(try stage.channel("log", "verify").contains("lines"))
    }
  }

  @Test func `T02 a mirror that changes a package or a document gets nothing installed`() throws {
    try Self.with { stage in
      let repository = stage.path("publisher/repo")
      for name in try FileManager.default.subpathsOfDirectory(atPath: repository) where name.hasSuffix("1.tar") {
        let place = URL(fileURLWithPath: repository + "/" + name)
        var bytes = try Data(contentsOf: place)
        bytes[600] ^= 1
        try bytes.write(to: place)
      }
      #expect(try stage.channel("update", status: 20).contains("not the file that was signed"))
      #expect(stage.running == "")
      let rollout = URL(fileURLWithPath: repository + "/1.rollout.json")
      var bytes = try Data(contentsOf: rollout)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: rollout)
      // What was verified before is still good: nothing is lost by a bad mirror.
      try stage.channel("check", status: 10)
    }
  }

  @Test(.enabled(if: getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")))
  func `T28 another user can change nothing`() throws {
    try Self.with { stage in
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: stage.folder)
      for verb in [["update"], ["check"], ["rollback"], ["commit"], ["follow", "preview"], ["defer", "3"]] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        process.arguments =
          ["--reuid=65534", "--regid=65534", "--clear-groups", CommandTests.program.path, "channel"] + verb
          + ["--root", stage.path("client")]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        // Not permitted; or the program itself is where that user may not look.
        #expect([17, 127, 126].contains(process.terminationStatus), "\(verb): \(process.terminationStatus)")
      }
      #expect(try stage.channel("check", status: 10).contains("1 can"))
    }
  }
}

/// A tar with plain files.
struct TarText {
  private var bytes: [UInt8] = []

  mutating func add(_ name: String, _ text: String) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { for (i, byte) in text.utf8.enumerated() { header[place + i] = byte } }
    let size = String(text.utf8.count, radix: 8)
    put(name, at: 0)
    put("0000755", at: 100)
    put(String(repeating: "0", count: 11 - size.count) + size, at: 124)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
    let padding = [UInt8](repeating: 0, count: (512 - text.utf8.count % 512) % 512)
    bytes += header + Array(text.utf8) + padding
  }

  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }
}
