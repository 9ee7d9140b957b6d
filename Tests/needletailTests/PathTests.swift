import Foundation
import Testing

/// The phases of two implementations, on the machine that this runs on.
@Suite(.serialized) struct PathTests {
  private struct Path: Decodable {
    var implementation: String
    var reason: String
    var phase: String
    var kernel: Bool
  }

  private func path(_ stage: ChannelStoryTests.Stage) throws -> Path {
    try JSONDecoder().decode(Path.self, from: Data(stage.channel("implementation", "--json").utf8))
  }

  private func told(_ stage: ChannelStoryTests.Stage) -> String? {
    try? String(contentsOfFile: stage.path("told"), encoding: .utf8)
  }

  /// Publishes a release in a phase, with both knobs.
  private func add(_ stage: ChannelStoryTests.Stage, _ serial: Int, _ phase: String) throws {
    var tar = TarText()
    tar.add("service", "release \(serial)0\n")
    try Data(tar.finished).write(to: URL(fileURLWithPath: stage.path("\(serial).tar")))
    try stage.release(
      "repo", "add", "portable", "\(serial)", "--version", "1.0.\(serial)", "--file",
      "tar:linux:\(ChannelStoryTests.Stage.architecture):\(stage.path("\(serial).tar"))", "--notes",
      stage.path("notes"), "--recipe", "make", "--phase", phase, "--knob", "ExperimentalNativeDriver:optIn:active",
      "--knob", "UsePortableImplementation:optOut:active")
    try stage.release("repo", "sign", "--key", stage.path("release1"), "--key", stage.path("release2"))
    try stage.offer(serial, to: 1_000_000)
  }

  private func policy(_ stage: ChannelStoryTests.Stage, _ knobs: String) throws {
    try stage.write(
      #"{"repository": "\#(stage.path("publisher"))/repo", "updateMode": "auto", "knobs": {\#(knobs)}, "#
        + #""restart": ["\#(stage.path("restart"))"], "probe": ["\#(stage.path("probe"))"], "probationSeconds": 1, "watchTunnels": false}"#,
      "client/policy.json", mode: 0o644)
  }

  @Test func `each phase flips what restart starts, each knob flips it back, and why says so`() throws {
    try ChannelStoryTests.with { stage in
      // What an administrator's restart is told.
      try stage.write(
        "#!/bin/sh\ncat \(stage.path("client"))/current/service > \(stage.path("running"))\n"
          + "cat \(stage.path("client"))/implementation > \(stage.path("told"))\n", "restart")
      try stage.channel("implementation", status: 1)
      try policy(stage, "")
      try add(stage, 4, "optIn")
      try stage.channel("update")
      #expect(told(stage) == "portable\n")
      let hasNative = try path(stage).kernel
      #expect(try path(stage).phase == "optIn" && path(stage).reason == "phase")
      #expect(try stage.channel("why").contains("implementation portable: the release's phase is optIn"))

      // Opting in: where there is a kernel for it, and not before it is applied.
      let native = hasNative ? "native\n" : "portable\n"
      try policy(stage, #""ExperimentalNativeDriver": "1""#)
      #expect(told(stage) == "portable\n")
      try stage.channel("implementation", "--apply")
      #expect(told(stage) == native)
      #expect(try path(stage).reason == (hasNative ? "optedIn" : "unavailable"))

      // The default phase takes the kernel's without being asked, and the daemon when somebody opts out.
      try policy(stage, "")
      try add(stage, 5, "default")
      try stage.channel("update")
      #expect(told(stage) == native)
      #expect(try path(stage).reason == (hasNative ? "phase" : "unavailable"))
      try policy(stage, #""UsePortableImplementation": "1""#)
      try stage.channel("implementation", "--apply")
      #expect(told(stage) == "portable\n")
      #expect(try stage.channel("why").contains("the knob UsePortableImplementation is set"))
      #expect(try stage.channel("implementation", "--apply").contains("as before"))

      // In the last phase no knob counts; and where the kernel has none, such a release is not taken at all.
      try add(stage, 6, "sole")
      if hasNative {
        try stage.channel("update")
        #expect(told(stage) == "native\n")
      } else {
        #expect(try stage.channel("update", status: 18).contains("this kernel has none"))
        #expect(stage.running == "release 50\n" && told(stage) == "portable\n")
      }
      #expect(try stage.channel("log", "verify").contains("as they were written"))
    }
  }

  /// Publishes a release in a phase, with the knob for opting out at a point of its life.
  private func add(_ stage: ChannelStoryTests.Stage, _ serial: Int, _ phase: String, optOut life: String?) throws {
    try stage.release(
      "repo", "add", "portable", "\(serial)", "--version", "1.0.\(serial)", "--file",
      "tar:linux:\(ChannelStoryTests.Stage.architecture):\(stage.path("1.tar"))", "--notes", stage.path("notes"),
      "--recipe", "make", "--phase", phase, "--knob", "UsePortableImplementation:optOut:\(life ?? "removed")")
    try stage.release("repo", "sign", "--key", stage.path("release1"), "--key", stage.path("release2"))
    try stage.offer(serial, to: 1_000_000)
    try stage.channel("update")
  }

  @Test func `who opts out says why, and is told for as long as the knob lives, and when it has died`() throws {
    try ChannelStoryTests.with { stage in
      try stage.channel("opt-out", "--reason", "nothing is installed", status: 1)
      try add(stage, 4, "default", optOut: "active")
      #expect(try stage.channel("opt-out", status: 2).contains("--reason"))
      #expect(try stage.channel("opt-out", "--reason", " \n", status: 2).contains("--reason"))
      #expect(try path(stage).reason != "optedOut")

      let said = try stage.channel("opt-out", "--reason", "our firewall counts\nTUN devices")
      let draft = try #require(said.split(separator: " ").first { $0.hasPrefix("/") }?.split(separator: "\n").first)
      let text = try String(contentsOfFile: String(draft), encoding: .utf8)
      #expect(text.contains("serial: 4\n") && text.contains("reason: our firewall counts TUN devices\n"))
      #expect(try path(stage).reason == "optedOut")
      #expect(try stage.channel("history").contains("our firewall counts"))
      #expect(try !stage.channel("status").contains("warning"))
      #expect(try stage.channel("knobs").contains("honoured"))

      // One step a release: it is told before it goes, and when it has gone.
      try add(stage, 5, "default", optOut: "deprecated")
      #expect(
        try stage.channel("status").contains("warning      the knob UsePortableImplementation is honoured, but not"))
      #expect(try path(stage).reason == "optedOut")
      try add(stage, 6, "default", optOut: "retired")
      #expect(try stage.channel("status").contains("set, but has no effect any more"))
      #expect(try stage.channel("knobs", status: 16).contains("no effect"))
      #expect(try path(stage).reason != "optedOut")
      #expect(try stage.channel("opt-out", "--reason", "still", status: 16).contains("has no effect in portable 6"))
      try add(stage, 7, "default", optOut: "removed")
      #expect(try stage.channel("status").contains("unknown: it has no effect"))
      #expect(try stage.channel("opt-out", "--undo").contains("the default again"))
      #expect(try !stage.channel("status").contains("warning"))
    }
  }
}
