import Foundation
import Testing

/// An organisation whose machines install only what it has approved.
@Suite(.serialized) struct ApprovalTests {
  private func with(_ body: (ChannelStoryTests.Stage) throws -> Void) throws {
    try ChannelStoryTests.with { stage in
      for name in ["author", "boss", "ops", "stranger"] { try stage.release("keys", "new", stage.path(name)) }
      let keys = try ["author", "boss", "ops"].map {
        try String(contentsOfFile: stage.path($0 + ".pub"), encoding: .utf8).trimmingCharacters(
          in: .whitespacesAndNewlines)
      }
      try stage.write(
        #"{"repository": "\#(stage.path("publisher"))/repo", "updateMode": "auto", "changeControl": "required", "#
          + #""changeControlKeys": ["\#(keys.joined(separator: #"", ""#))"], "restart": ["\#(stage.path("restart"))"], "#
          + #""probe": ["\#(stage.path("probe"))"], "probationSeconds": 1, "watchTunnels": false}"#,
        "client/policy.json", mode: 0o644)
      try FileManager.default.createDirectory(
        atPath: stage.path("client/changes"), withIntermediateDirectories: true)
      try body(stage)
    }
  }

  /// Asks for release 1; the author is named as an approver as well.
  private func ask(_ stage: ChannelStoryTests.Stage, _ id: String, window: [String] = []) throws {
    try CommandTests.expectSuccess(
      [
        "release", "cr", "new", id, "--root", stage.path("publisher"), "--output",
        stage.path("client/changes/\(id).request.json"), "--organisation", "treasury", "--component", "portable",
        "--serial", "1", "--approver", "boss=\(stage.path("boss.pub"))", "--approver", "ops=\(stage.path("ops.pub"))",
        "--approver", "ops=\(stage.path("author.pub"))", "--evidence", stage.path("notes"), "--key",
        stage.path("author"),
      ] + window)
  }

  @Test func `T33 the roles approve one after the other, and nobody what they wrote themselves`() throws {
    try with { stage in
      #expect(try stage.channel("check", status: 14).contains("waits for a change request"))
      #expect(try stage.channel("cr", "show").contains("no requests"))
      try ask(stage, "CR-1")
      #expect(try stage.channel("cr", "show").contains("CR-1  treasury  missing boss, ops"))
      try stage.channel("cr", "show", "CR-9", status: 1)
      let own = try stage.channel("approve", "CR-1", "--key", stage.path("author"), status: 14)
      #expect(own.contains("its owner wrote CR-1"))
      try stage.channel("approve", "CR-1", "--key", stage.path("stranger"), status: 17)
      #expect(try stage.channel("approve", "CR-1", "--key", stage.path("boss")).contains("CR-1: missing ops"))
      #expect(try stage.channel("check", status: 14).contains("waits for the approval of ops"))
      // The same person again is the same person.
      try stage.channel("approve", "CR-1", "--key", stage.path("boss"))
      try stage.channel("cr", "show", "CR-1", status: 14)
      #expect(try stage.channel("approve", "CR-1", "--key", stage.path("ops")).contains("CR-1: approved"))
      #expect(try stage.channel("cr", "show", "CR-1", "--json").contains(#""status":0"#))
      try stage.channel("check", status: 10)
      #expect(try stage.channel("history").contains("approved  CR-1"))
      try stage.channel("update")
      #expect(stage.running == "release 1\n")
    }
  }

  @Test func `a rejection is final, and a window has to come`() throws {
    try with { stage in
      try stage.channel("check", status: 14)
      try ask(stage, "CR-1", window: ["--window", "2999-01-01T00:00:00Z,2999-01-02T00:00:00Z,UTC"])
      for name in ["boss", "ops"] { try stage.channel("approve", "CR-1", "--key", stage.path(name)) }
      #expect(try stage.channel("cr", "show", "CR-1", status: 15).contains("2999-01-01T00:00:00Z"))
      try stage.channel("check", status: 15)
      try ask(stage, "CR-2")
      try stage.channel("approve", "CR-2", "--key", stage.path("boss"))
      #expect(try stage.channel("approve", "CR-2", "--key", stage.path("ops"), "--reject").contains("rejected by"))
      try stage.channel("cr", "show", "CR-2", status: 17)
    }
  }

  @Test func `T34 what is approved are the files that were asked for`() throws {
    try with { stage in
      // Before the machine has seen the releases, nothing can be compared with them.
      try ask(stage, "CR-1")
      try stage.channel("approve", "CR-1", "--key", stage.path("boss"), status: 14)
      try stage.channel("check", status: 14)
      try stage.channel("approve", "CR-1", "--key", stage.path("boss"))
      // Another publisher's release 1: the same serial, other bytes.
      try ChannelStoryTests.with(service: "other") { other in
        try CommandTests.expectSuccess([
          "release", "cr", "new", "CR-2", "--root", other.path("publisher"), "--output",
          stage.path("client/changes/CR-2.request.json"), "--organisation", "treasury", "--component", "portable",
          "--serial", "1", "--approver", "boss=\(stage.path("boss.pub"))", "--evidence", other.path("notes"), "--key",
          stage.path("author"),
        ])
      }
      let other = try stage.channel("approve", "CR-2", "--key", stage.path("boss"), status: 14)
      #expect(other.contains("for other files than those that were released"))
    }
  }
}
