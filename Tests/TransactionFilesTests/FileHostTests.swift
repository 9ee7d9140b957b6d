import Foundation
import Testing
import Transaction

@testable import TransactionFiles

/// A change of the file system at which the power may go.
private final class Fuse {
  var left: Int
  private(set) var changes = 0

  init(_ left: Int) { self.left = left }

  func burn() throws(ActionFailure) {
    changes += 1
    left -= 1
    if left < 0 { throw ActionFailure("crashed") }
  }
}

/// A folder with an installation, gone at the end.
private final class Installation {
  let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.path + "/needletail-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in [("daemon", "old"), ("stale", "to go"), ("source", "new"), ("more", "new too")] {
      try write(name, text)
    }
    try FileManager.default.createSymbolicLink(atPath: path("current"), withDestinationPath: "slot-1")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path("source"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }
  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
  }

  var steps: [Action] {
    [
      .copy(source: path("source"), target: path("daemon")), .copy(source: path("more"), target: path("added")),
      .remove(path("stale")), .redirect(link: path("current"), destination: "slot-2"),
      .redirect(link: path("next"), destination: "slot-3"),
      .run(command: ["/bin/sh", "-c", "echo ran > \(path("ran"))"], inverse: ["/bin/rm", "-f", path("ran")]),
    ]
  }

  /// All there is but the sources.
  func state() throws -> [String: String] {
    var state: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "source" && name != "more" {
      let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path(name))
      state[name] = try link.map { "-> " + $0 } ?? String(contentsOfFile: path(name), encoding: .utf8)
    }
    return state
  }

  func transaction(_ fuse: Fuse? = nil) -> Transaction<FileHost> {
    var host = FileHost(journalPath: path("journal"))
    if let fuse { host.beforeChange = { () throws(ActionFailure) in try fuse.burn() } }
    return Transaction(host: host)
  }
}

struct FileHostTests {
  static let old = ["daemon": "old", "stale": "to go", "current": "-> slot-1"]
  static let new = ["daemon": "new", "added": "new too", "current": "-> slot-2", "next": "-> slot-3", "ran": "ran\n"]

  @Test func `all steps are done, and nothing else is left`() throws {
    let installation = try Installation()
    var transaction = installation.transaction()
    #expect(transaction.run(installation.steps, purpose: "an upgrade") == .done)
    #expect(try installation.state() == Self.new)
    let attributes = try FileManager.default.attributesOfItem(atPath: installation.path("daemon"))
    #expect(attributes[.posixPermissions] as? Int == 0o755)
  }

  @Test func `after a crash before any change the files are old or new`() throws {
    let counter = Fuse(.max)
    let whole = try Installation()
    var first = whole.transaction(counter)
    #expect(first.run(whole.steps, purpose: "an upgrade") == .done)
    #expect(counter.changes >= 25)
    var ends: Set<[String: String]> = []
    for place in 0..<counter.changes {
      let installation = try Installation()
      var transaction = installation.transaction(Fuse(place))
      _ = transaction.run(installation.steps, purpose: "an upgrade")
      // The first recovery is interrupted too.
      var again = installation.transaction(Fuse(place % 7))
      _ = again.recover()
      var last = installation.transaction()
      _ = last.recover()
      let state = try installation.state()
      #expect(state == Self.old || state == Self.new, "\(place): \(state)")
      ends.insert(state)
    }
    #expect(ends == [Self.old, Self.new])
  }

  @Test func `a program that fails undoes what was done before it`() throws {
    let installation = try Installation()
    var transaction = installation.transaction()
    let outcome = transaction.run(
      installation.steps + [.run(command: ["/bin/false"], inverse: [])], purpose: "an upgrade")
    #expect(outcome == .undone(ActionFailure("/bin/false ended with 1")))
    #expect(try installation.state() == Self.old)
  }

  @Test(arguments: [
    (Action.copy(source: "nowhere", target: "daemon"), "nowhere is not a file"),
    (.remove("current"), "current is not a file"),
    (.redirect(link: "daemon", destination: "x"), "daemon is in the place of a symbolic link: move it away"),
  ])
  func `what is not as expected is refused with its name`(_ action: Action, _ reason: String) throws {
    let installation = try Installation()
    let full: Action =
      switch action {
      case .copy(let source, let target): .copy(source: installation.path(source), target: installation.path(target))
      case .remove(let path): .remove(installation.path(path))
      case .redirect(let link, let destination): .redirect(link: installation.path(link), destination: destination)
      default: action
      }
    var transaction = installation.transaction()
    #expect(transaction.run([full], purpose: "a mistake") == .undone(ActionFailure(installation.path(reason))))
    #expect(try installation.state() == Self.old)
  }

  @Test func `what is not for this system is refused`() throws {
    let installation = try Installation()
    var transaction = installation.transaction()
    let outcome = transaction.run([.stageDriver(inf: "needletail.inf")], purpose: "a mistake")
    #expect(
      outcome == .undone(ActionFailure("this step needs a system that has a registry, services or a driver store")))
  }
}
