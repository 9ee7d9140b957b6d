internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata
internal import RolloutPublisher

/// What every verb of `release` understands.
struct CommonOptions: ParsableArguments {
  @Option(name: .customLong("root"), help: "The workspace: a folder with repo, draft and client.json.")
  var folder = "."
  @Flag(help: "Say it as one line of JSON.") var json = false

  var workspace: Workspace { Workspace(folder: folder) }

  /// The time; the host's clock is read here and nowhere else.
  var now: UTCTime { UTCTime(seconds: Int64(Date().timeIntervalSince1970)) }

  /// Runs a verb, says what came of it, and ends the program with the right status.
  func run(_ body: (Workspace, UTCTime) throws(PublisherError) -> Answer) throws {
    let answer: Answer
    do throws(PublisherError) {
      answer = try body(workspace, now)
    } catch {
      guard json else { throw Failure(error.status, error.description) }
      let fault = JSON.sorted([
        .init("error", .words(error.description)), .init("status", .natural(UInt64(error.status.rawValue))),
      ])
      print(string(fault.canonical))
      throw Failure(error.status)
    }
    print(json ? string(answer.json.canonical) : answer.lines.joined(separator: "\n"))
    if answer.status != .success { throw Failure(answer.status) }
  }
}

/// What a verb came to, for people and for programs.
struct Answer {
  var lines: [String]
  var json: JSON
  var status = ExitStatus.success

  init(_ lines: [String], _ members: [JSON.Member] = [], status: ExitStatus = .success) {
    self.lines = lines
    json = JSON.sorted(members)
    self.status = status
  }
}

/// A text without the characters that documents do not have.
func asDocumentText(_ text: String) -> [UInt8] {
  octets(String(text.unicodeScalars.map { $0.value >= 0x20 && $0.value < 0x7f ? Character($0) : "?" }))
}

extension JSON {
  /// A text for people, as JSON.
  static func words(_ text: String) -> JSON { .text(asDocumentText(text)) }
}

/// The case of a list of names, or what was wrong.
func named<Item: Named>(_ text: String, _ what: String) throws(PublisherError) -> Item {
  if let item = Item(named: octets(text)) { return item }
  let names = Item.allCases.map { "\($0.name)" }.joined(separator: ", ")
  throw PublisherError(.usage, "\(text) is no \(what); there are \(names)")
}

/// An identifier as documents have them, or what was wrong.
func identifier(_ text: String, _ what: String) throws(PublisherError) -> [UInt8] {
  guard isIdentifier(octets(text)) else {
    throw PublisherError(
      .usage,
      "\(text) is no \(what): up to 64 letters, digits, dots, hyphens and underscores, the first a letter or digit")
  }
  return octets(text)
}
