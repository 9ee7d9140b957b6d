import Foundation
import Testing

/// What ships and was changed does not wait for a release for years: those who have the fault cannot get the correction.
///
/// A release is a tag `v…`. Git cannot tell a correction from another change, so that every change of what ships counts; the
/// oldest one that no release has is held to the limit, by the clock of the day, because a tree that nobody changes any
/// more is where corrections are forgotten.
struct ReleaseAgeTests {
  /// Days that a change may wait.
  static let limit = 90
  /// What ships.
  static let shipping = ["Sources", "Driver", "Installer", "Package.swift"]

  @Test func `no change of what ships has waited too long for a release`() throws {
    guard let waiting = try waiting(in: Tree.root, shipping: Self.shipping) else {
      return print("the tree has no history or no release yet: nothing is known of what waits for one")
    }
    #expect(waiting.days <= Self.limit, "\(waiting)")
  }

  @Test(arguments: [(89, true), (90, true), (91, false), (4000, false)])
  func `a change that has waited too long is caught`(days: Int, isWell: Bool) throws {
    try withRepository { place in
      try commit("Sources/a", daysAgo: 5000, in: place)
      #expect(try waiting(in: place, shipping: Self.shipping) == nil, "nothing was released")
      try git(["tag", "v1.0"], place)
      #expect(try waiting(in: place, shipping: Self.shipping)?.days == 0, "everything was released")
      // Nobody gets what does not ship.
      try commit("Docs/a", daysAgo: 4999, in: place)
      try git(["tag", "other"], place)
      try commit("Sources/b", daysAgo: days, in: place)
      try commit("Sources/a", daysAgo: 1, in: place)
      let found = try #require(try waiting(in: place, shipping: Self.shipping))
      #expect(found.days == days && (found.days <= Self.limit) == isWell && found.release == "v1.0", "\(found)")
      try git(["tag", "v1.1"], place)
      #expect(try waiting(in: place, shipping: Self.shipping)?.days == 0)
    }
  }

  /// The oldest change that no release has.
  private struct Waiting {
    let release: String
    let days: Int
    let subject: String
  }

  /// What has waited longest since the newest release; nil where there is no history or no release.
  private func waiting(in place: String, shipping: [String]) throws -> Waiting? {
    guard let release = try? git(["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"], place) else { return nil }
    // From the oldest: the time of the commit, and what it says.
    let log = try git(["log", "--reverse", "--format=%ct %s", "\(release)..HEAD", "--"] + shipping, place)
    guard let first = log.split(separator: "\n").first, let space = first.firstIndex(of: " "),
      let seconds = Double(first[..<space])
    else { return Waiting(release: release, days: 0, subject: "") }
    let days = Int((Date().timeIntervalSince1970 - seconds) / 86400)
    return Waiting(release: release, days: days, subject: String(first[space...].dropFirst()))
  }

  private func commit(_ path: String, daysAgo days: Int, in place: String) throws {
    let file = URL(fileURLWithPath: place + "/" + path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(UUID().uuidString.utf8).write(to: file)
    try git(["add", "."], place)
    let time = "\(Int(Date().timeIntervalSince1970) - days * 86400 - 3600) +0000"
    try git(["commit", "-qm", path], place, ["GIT_COMMITTER_DATE": time, "GIT_AUTHOR_DATE": time])
  }

  private func withRepository(_ body: (String) throws -> Void) throws {
    let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: place) }
    try git(["init", "-q"], place)
    try body(place)
  }

  /// What git says, without the last line end.
  @discardableResult
  private func git(_ words: [String], _ place: String, _ more: [String: String] = [:]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["git", "-C", place, "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "safe.directory=*"] + words
    process.environment = ProcessInfo.processInfo.environment.merging(more) { _, new in new }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
  }
}
