internal import ArgumentParser
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata

/// Keeps a machine on the portable implementation.
struct OptOutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "opt-out", abstract: "Keep this machine on needletaild while the kernel's WireGuard is the default.",
    discussion: """
      Sets the knob UsePortableImplementation, and drafts a report of the reason in reports/ of the machine's folder: \
      nobody removes a path that others say they need. Nothing is sent. Takes effect with `channel implementation \
      --apply`. Ends with 16 when the release that runs does not know the knob any more.
      """)
  @OptionGroup var options: ClientOptions
  @Option(help: "Why; asked for at a terminal when it is not given.") var reason: String?
  @Flag(help: "Take the default again.") var undo = false

  func run() throws {
    let why = undo ? "" : try askedReason()
    var client = try options.open(changing: true)
    let draft = try options.guarded { try client.optOut(reason: why, isUndone: undo) }
    if options.json {
      print("{\"optedOut\":\(!undo),\"draft\":\(draft.map { "\"\($0)\"" } ?? "null")}")
    } else {
      print(draft.map { "opted out; a report to the publisher is drafted in \($0)" } ?? "the default again")
      print("it takes effect with: needletail channel implementation --apply")
    }
  }

  private func askedReason() throws -> String {
    var text = reason
    if text == nil, isatty(0) == 1 {
      print("Why does this machine need needletaild? ", terminator: "")
      text = readLine()
    }
    let words = (text ?? "").split { $0.isWhitespace }.joined(separator: " ")
    guard !words.isEmpty, words.utf8.count <= 1000 else {
      throw Failure(.usage, "--reason: say in at most 1000 bytes why; it is what keeps the path from being removed")
    }
    return words
  }
}

extension KnobWarning {
  /// What is said of a knob.
  var words: String {
    switch self {
    case .deprecated(let serial): "honoured, but not any more from \(serial.map { "\($0)" } ?? "some release") on"
    case .retired: "set, but has no effect any more"
    case .unknown: "unknown: it has no effect"
    }
  }
}
