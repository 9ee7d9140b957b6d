import Foundation
import Testing

/// Organisations that test before they install, and what the gate makes of it.
@Suite(.serialized) struct AttestationTests {
  /// A publisher that lists an organisation "treasury" with a key.
  private func with(_ body: (ChannelStoryTests.Stage) throws -> Void) throws {
    try ChannelStoryTests.with { stage in
      for name in ["treasury", "stranger"] { try stage.release("keys", "new", stage.path(name)) }
      try stage.release("organisation", "add", "treasury", stage.path("treasury.pub"))
      try stage.write("plan\n", "plan")
      try body(stage)
    }
  }

  private func publishReleases(_ stage: ChannelStoryTests.Stage) throws {
    try stage.release("repo", "sign", "--key", stage.path("release1"), "--key", stage.path("release2"))
    try stage.publish()
  }

  /// An attestation of release 2; the file's path.
  private func attest(
    _ stage: ChannelStoryTests.Stage, key: String = "treasury", installs: Int = 31200, number: Int = 1,
    blocking: Int = 0
  ) throws -> String {
    let output = stage.path("attestation-\(key)-\(number).json")
    try stage.release(
      "attestation", "new", "portable", "2", "--output", output, "--organisation", "treasury", "--installs",
      "\(installs)", "--install-days", "1000", "--test-plan", stage.path("plan"), "--number", "\(number)",
      "--blocking-reports", "\(blocking)", "--key", stage.path(key))
    return output
  }

  private func take(_ stage: ChannelStoryTests.Stage, _ file: String) throws -> (status: Int32, errors: String) {
    let result = try CommandTests.run(
      ["release", "attestation", "take", file, "--root", stage.path("publisher")])
    return (result.status, result.errors)
  }

  /// What the gate says of the step of release 2 to a tenth.
  private func gate(_ stage: ChannelStoryTests.Stage) throws -> String {
    try stage.offer(2, to: 1000)
    let refused = try CommandTests.run([
      "release", "advance", "portable", "2", "--to", "10000", "--root", stage.path("publisher"), "--key",
      stage.path("release1"), "--key", stage.path("release2"),
    ])
    #expect(refused.status == 1)
    return refused.errors
  }

  @Test func `an organisation that is listed counts, apart and for half at most`() throws {
    try with { stage in
      try publishReleases(stage)
      #expect(try take(stage, attest(stage)).status == 0)
      #expect(
        try stage.release("attestation", "show", "portable", "2").contains(
          "treasury: portable 2, 31200 installs, 1000 days"))
      let text = try gate(stage)
      #expect(text.contains("(org attestations 1,500)"), "half of the 3,000 that the step needs: \(text)")
      #expect(text.contains("1,500 counted"))
    }
  }

  @Test func `who is not listed, or not yet, or signs with another key, does not count`() throws {
    try with { stage in
      let early = try take(stage, attest(stage))
      #expect(early.status == 17 && early.errors.contains("`release organisation add` does"))
      try publishReleases(stage)
      #expect(try take(stage, attest(stage, key: "stranger")).status == 24)
      #expect(try stage.release("attestation", "show", "portable", "2").contains("nobody attests anything"))
      let file = try attest(stage)
      #expect(try take(stage, file).status == 0)
      // An attestation that is kept counts only as long as its key is the organisation's.
      try stage.release("organisation", "remove", "treasury")
      #expect(try stage.release("organisation", "list").contains("no organisations"))
      try publishReleases(stage)
      #expect(try stage.release("attestation", "show", "portable", "2").contains("nobody attests anything"))
      try stage.release("organisation", "add", "treasury", stage.path("stranger.pub"))
      try publishReleases(stage)
      #expect(try !gate(stage).contains("org attestations"))
    }
  }

  @Test func `a later one is in the place of an earlier, and one with a blocking report adds nothing`() throws {
    try with { stage in
      try publishReleases(stage)
      let first = try attest(stage)
      #expect(try take(stage, first).status == 0)
      #expect(try take(stage, attest(stage, number: 2, blocking: 1)).status == 0)
      #expect(try stage.release("attestation", "show", "portable", "2").contains("1 blocking reports"))
      #expect(try !gate(stage).contains("org attestations"))
      let old = try take(stage, first)
      #expect(old.status == 22 && old.errors.contains("its version is 1, and 2"))
    }
  }

  @Test func `a file that is none is refused, and changes nothing`() throws {
    try with { stage in
      try publishReleases(stage)
      #expect(try take(stage, stage.path("plan")).status == 26)
      #expect(try take(stage, stage.path("nothing")).status == 1)
      var bytes = try Data(contentsOf: URL(fileURLWithPath: attest(stage)))
      for place in stride(from: 0, to: bytes.count, by: 97) {
        bytes[place] ^= 1
        try bytes.write(to: URL(fileURLWithPath: stage.path("changed.json")))
        #expect(try take(stage, stage.path("changed.json")).status != 0)
        bytes[place] ^= 1
      }
      #expect(!FileManager.default.fileExists(atPath: stage.path("publisher/attestations")))
    }
  }
}
