internal import ArgumentParser
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata

/// What the machine's start owes to an update that is under way.
struct BootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "boot", abstract: "Count a start of the machine, and go back when a release has used up its three.",
    discussion: """
      Runs once at the machine's start, before tunnels and without a network; see Installer/systemd. It goes back where it \
      has to and does nothing else: the next `channel update` goes on with what was interrupted.
      """)
  @OptionGroup var options: ClientOptions

  func run() throws {
    var client = try options.open(changing: true)
    let boot = Boot(client.folder)
    guard client.record.progress != .idle || client.record.stoppedInOrder else {
      _ = try boot.isNew()
      return show("nothing is under way", client)
    }
    guard try boot.isNew() else { return show("this start of the machine has been counted", client) }
    try options.guarded {
      try client.run(.started(withMachine: true), repository: nil) { action in
        if case .restore = action { return false }
        return true
      }
      try boot.noteCounted()
    }
    if case .goingBack(let serial, _) = client.record.progress {
      throw Failure(.rollbackFailed, "going back from \(serial) failed: \(client.lastError?.description ?? "")")
    }
    if let last = client.record.lastRollback, client.record.progress == .idle {
      return show("went back from \(last.serial): \(last.reason.name)", client)
    }
    show("counted", client)
  }

  private func show(_ text: String, _ client: Client) {
    let committed = client.record.committed ?? 0
    print(options.json ? "{\"committed\":\(committed),\"boot\":\"\(text)\"}" : text)
  }
}
