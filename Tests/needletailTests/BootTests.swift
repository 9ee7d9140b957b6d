import Foundation
import Testing

/// What happens when a machine starts while a release is watched.
@Suite(.serialized) struct BootTests {
  @Test func `three starts of the machine that a release did not survive bring the one before back`() throws {
    try ChannelStoryTests.with { stage in
      #expect(try stage.channel("boot").contains("nothing is under way"))
      try stage.channel("update")
      try stage.offer(2, to: 1_000_000)
      try interrupt(stage)
      #expect(stage.running == "release 2\n")
      #expect(try stage.channel("status").contains("state        probation 2"))
      // The first start was the switch; two more are counted, and the next goes back.
      for _ in 0..<2 {
        try restart(stage)
        #expect(try stage.channel("boot").contains("counted"))
        // Once for a start of the machine, however often it is asked.
        #expect(try stage.channel("boot").contains("has been counted"))
        #expect(stage.running == "release 2\n")
      }
      try restart(stage)
      #expect(try stage.channel("boot").contains("went back from 2: crashLoop"))
      #expect(stage.running == "release 1\n")
      #expect(try stage.channel("status").contains("quarantined  2"))
    }
  }

  @Test func `an update after the boot does not count the same start again`() throws {
    try ChannelStoryTests.with { stage in
      try stage.channel("update")
      try stage.offer(2, to: 1_000_000)
      try interrupt(stage)
      for _ in 0..<2 {
        try restart(stage)
        #expect(try stage.channel("boot").contains("counted"))
      }
      try stage.channel("update")
      #expect(stage.running == "release 2\n")
      #expect(try stage.channel("status").contains("committed    2"))
    }
  }

  /// An update that is killed while it watches.
  private func interrupt(_ stage: ChannelStoryTests.Stage) throws {
    let process = Process()
    process.executableURL = CommandTests.program
    process.arguments = ["channel", "update", "--root", stage.path("client")]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let end = Date(timeIntervalSinceNow: 20)
    while stage.running != "release 2\n" && Date() < end { Thread.sleep(forTimeInterval: 0.01) }
    while try !CommandTests.run(["channel", "status", "--root", stage.path("client")]).output.contains("probation 2"),
      Date() < end
    { Thread.sleep(forTimeInterval: 0.01) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// The machine's next start, as far as a client can tell.
  private func restart(_ stage: ChannelStoryTests.Stage) throws {
    try Data("another start".utf8).write(to: URL(fileURLWithPath: stage.path("client/boot-id")))
  }

  static let analyser = "/usr/bin/systemd-analyze"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: analyser)))
  func `systemd finds nothing wrong with the units`() throws {
    let units = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Installer/systemd")
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = try FileManager.default.contentsOfDirectory(atPath: units.path).sorted()
    #expect(
      names == [
        "needletail-boot.service", "needletail-refresh.service", "needletail-update.service", "needletail-update.timer",
        "needletail@.service", "needletaild@.service", "needletaild@.socket",
      ])
    func verify(_ change: (String) -> String) throws -> (status: Int32, text: String) {
      for name in names {
        let text = try String(contentsOf: units.appending(path: name), encoding: .utf8)
        // The program where it is here, so that it is found.
        let here = text.replacing("/usr/bin/needletail", with: CommandTests.program.path)
        try Data(change(here).utf8).write(to: folder.appending(path: name))
      }
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Self.analyser)
      process.arguments = ["verify", "--man=no"] + names.map { folder.appending(path: $0).path }
      let output = folder.appending(path: "out")
      try Data().write(to: output)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = try FileHandle(forWritingTo: output)
      try process.run()
      process.waitUntilExit()
      return (process.terminationStatus, try String(contentsOf: output, encoding: .utf8))
    }
    let result = try verify { $0 }
    #expect(result.status == 0 && result.text.isEmpty, "\(result.text)")
    // It would say so.
    let wrong = try verify { $0.replacing("Type=oneshot", with: "Type=sometimes") }
    #expect(!wrong.text.isEmpty)
  }
}
