import Foundation

/// A network namespace inside the guest.
struct GuestSite: Site {
  let name: String
  let line: GuestLine
  var probe: String { "/bin/InteropProbe" }

  func outcome(_ command: Command, within patience: Duration) async throws -> Command.Outcome {
    let words = command.arguments.map { "'" + $0.replacingOccurrences(of: "'", with: #"'\''"#) + "'" }
    let limit = patience.components.seconds + 1
    var text = "timeout \(limit) nsenter --net=/run/netns/\(name) " + words.joined(separator: " ")
    if !command.input.isEmpty {
      text = "echo \(Data(command.input.utf8).base64EncodedString()) | base64 -d | " + text
    }
    // One command is one line, so what spans lines travels encoded.
    text = "eval \"$(echo \(Data(text.utf8).base64EncodedString()) | base64 -d)\""
    let answer = try await line.run(text, within: patience + .seconds(5))
    return Command.Outcome(status: answer.status, output: answer.output, complaint: "")
  }

  func delete() async { _ = try? await line.run("ip netns del \(name)", within: .seconds(20)) }
}

/// The guest kernel's own WireGuard.
struct KernelEngine: Engine {
  let journal = ""

  func start(_ interface: String, at site: any Site) async throws {
    try await site.run("ip", "link", "add", interface, "type", "wireguard")
  }

  func stop(_ interface: String, at site: any Site) async throws {
    try await site.run("ip", "link", "del", interface)
  }
}
