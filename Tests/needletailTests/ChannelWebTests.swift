#if HTTP
import Foundation
import Testing

/// The story of a machine again, with its repository on a web server.
@Suite(.serialized, .enabled(if: WebServer.isInstalled)) struct ChannelWebTests {
  /// A publisher, a machine, and a server of what was published. The package of release 2 is too long to come at once.
  private func with(_ body: (ChannelStoryTests.Stage, WebServer) throws -> Void) throws {
    try ChannelStoryTests.with { stage in
      let server = try WebServer(folder: stage.path("web"), site: stage.path("publisher/repo"), rate: "256k")
      defer { server.kill() }
      try policy(stage, server, address: server.secure)
      try body(stage, server)
    }
  }

  private func policy(_ stage: ChannelStoryTests.Stage, _ server: WebServer, address: String, trusted: Bool = true)
    throws
  {
    let authorities = trusted ? #""certificateAuthorities": "\#(server.authority)", "# : ""
    try stage.write(
      #"{"repository": "\#(address)", \#(authorities)"proxy": "none", "updateMode": "auto", "#
        + #""restart": ["\#(stage.path("restart"))"], "probe": ["\#(stage.path("probe"))"], "probationSeconds": 1, "watchTunnels": false}"#,
      "client/policy.json", mode: 0o644)
  }

  @Test func `a machine takes a release over TLS, and follows redirects but not out of TLS`() throws {
    try with { stage, server in
      #expect(try stage.channel("check", status: 10).contains("1 can be installed"))
      #expect(server.log.contains { $0.hasPrefix("GET /timestamp.json 200 ") })
      try policy(stage, server, address: server.secure + "/moved")
      try stage.channel("update")
      #expect(stage.running == "release 1\n")
      try stage.offer(2, to: 1_000_000)
      // Nothing is fetched where TLS ends, nobody's certificate is believed, and what runs goes on running.
      let count = server.log.count
      try policy(stage, server, address: server.secure + "/down")
      #expect(try stage.channel("check").contains("where nobody follows"))
      #expect(server.log.dropFirst(count).allSatisfy { $0.contains("/down/") })
      try policy(stage, server, address: server.secure, trusted: false)
      #expect(try stage.channel("check").contains("warning: "))
      try policy(stage, server, address: server.plain)
      #expect(try stage.channel("check", status: 10).contains("2 can be installed"))
      try stage.channel("check", "--repository", server.plain + "/nothing", status: 10)
    }
  }

  @Test func `an update goes on where it was when the server died in the middle of a package`() throws {
    try with { stage, server in
      try stage.channel("update")
      var tar = TarText()
      tar.add("service", "release 4\n")
      let filler = (0..<1_500_000).map { _ in Character(UnicodeScalar(UInt8.random(in: 0x20..<0x7f))) }
      tar.add("filler", String(filler))
      try Data(tar.finished).write(to: URL(fileURLWithPath: stage.path("4.tar")))
      try stage.release(
        "repo", "add", "portable", "4", "--version", "1.0.4", "--file",
        "tar:linux:\(ChannelStoryTests.Stage.architecture):\(stage.path("4.tar"))", "--notes", stage.path("notes"),
        "--recipe", "make")
      try stage.release("repo", "sign", "--key", stage.path("release1"), "--key", stage.path("release2"))
      try stage.offer(4, to: 1_000_000)

      let update = Process()
      update.executableURL = CommandTests.program
      update.arguments = ["channel", "update", "--root", stage.path("client")]
      update.standardOutput = FileHandle.nullDevice
      update.standardError = FileHandle.nullDevice
      try update.run()
      let part = stage.path("client/packages/4.part")
      func size() -> Int {
        ((try? FileManager.default.attributesOfItem(atPath: part)[.size]) as? NSNumber)?.intValue ?? 0
      }
      let end = Date(timeIntervalSinceNow: 20)
      while size() < 200_000 && update.isRunning && Date() < end { Thread.sleep(forTimeInterval: 0.02) }
      server.kill()
      let had = size()
      #expect(had >= 200_000 && had < 1_500_000, "\(had)")
      Thread.sleep(forTimeInterval: 0.3)
      try server.start()
      update.waitUntilExit()
      #expect(update.terminationStatus == 0)
      #expect(stage.running == "release 4\n")
      // One answer of a part, which together with what was there is the package and not much more.
      let parts = server.log.filter { $0.contains("/4.tar 206 ") }
      #expect(parts.count == 1, "\(server.log)")
      let sent = parts.first.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
      #expect(sent > 0 && sent <= tar.finished.count - 200_000, "\(sent)")
      #expect(!FileManager.default.fileExists(atPath: part))
    }
  }

  @Test func `a server that is away costs nothing that runs, and no more than seconds`() throws {
    try with { stage, server in
      try stage.channel("update")
      server.kill()
      let start = Date()
      #expect(try stage.channel("check").contains("warning: "))
      #expect(Date().timeIntervalSince(start) < 90)
      #expect(stage.running == "release 1\n")
    }
  }
}
#endif
