import Foundation
import Testing

/// The daemon under test and wireguard-go, each with an interface in a namespace of its own, told the same.
struct Comparison: Sendable {
  /// One of the two.
  struct Subject: Sendable {
    let namespace: Namespace
    let interface: String

    /// What the program printed, the interface's name and moments in time made alike.
    func run(_ lines: String, input: String = "") async throws -> String {
      var command = Command("sh", "-c", "interface=\(interface)\n" + lines)
      command.input = input
      let outcome = try await namespace.outcome(command, within: .seconds(10))
      return Comparison.levelled(outcome.output + outcome.complaint, interface) + "status \(outcome.status)\n"
    }

    /// The reply to a request on the control socket, and whether there was one.
    func exchange(_ request: String) async throws -> String {
      var command = Command(Probe.path, "exchange", DaemonEngine.socket(of: interface), "finish")
      command.input = request
      return Comparison.levelled(try await command.run().output, interface)
    }
  }

  let ours: Subject
  let theirs: Subject

  /// Starts both, runs `body`, removes both.
  static func with(_ body: @Sendable (Comparison) async throws -> Void) async throws {
    await Guest.shared.settle()
    try await Turnstile.short.pass {
      let namespaces = [try await Namespace.create(), try await Namespace.create()]
      func remove() async { for namespace in namespaces { await namespace.delete() } }
      do {
        var subjects: [Subject] = []
        for (program, namespace) in zip([Program.needletaild, .wireguardGo], namespaces) {
          let interface = Laboratory.interfaceName()
          try await DaemonEngine(program).start(interface, at: namespace)
          try await namespace.run("ip", "link", "set", interface, "up")
          subjects.append(Subject(namespace: namespace, interface: interface))
        }
        try await body(Comparison(ours: subjects[0], theirs: subjects[1]))
      } catch {
        await remove()
        throw error
      }
      await remove()
    }
  }

  /// Replaces what differs between any two runs of one program.
  static func levelled(_ text: String, _ interface: String) -> String {
    text.replacingOccurrences(of: interface, with: "INTERFACE")
      .replacing(/latest handshake: .*/, with: "latest handshake: AGE")
      .replacing(/last_handshake_time_(sec|nsec)=[1-9]\d*/) { "last_handshake_time_\($0.output.1)=TIME" }
      .replacing(/\t[12]\d{9}\b/, with: "\tTIME")
  }

  /// Everything a stock `wg` can be asked about an interface.
  static let questions = """
    wg show $interface; wg show $interface dump; wg showconf $interface
    for field in public-key private-key listen-port fwmark peers preshared-keys endpoints allowed-ips \
      latest-handshakes transfer persistent-keepalive; do echo "$field:"; wg show $interface $field; done
    """

  /// The lines in an order that does not depend on that of the peers, which wireguard-go lists as they come.
  static func sorted(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).filter { !isAboutTraffic($0) }.map(withoutTraffic).sorted()
  }

  /// How many handshakes were tried depends on when each daemon noticed that it is up, and on routes: not compared.
  private static func isAboutTraffic(_ line: String) -> Bool {
    line.hasPrefix("tx_bytes=") || line.hasPrefix("  transfer: ")
      || line.split(separator: "\t").count == 3 && line.split(separator: "\t").dropFirst().allSatisfy { Int($0) != nil }
  }

  /// A line of `wg show dump` without its counter of sent bytes.
  private static func withoutTraffic(_ line: String) -> String {
    var fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    if fields.count == 8 { fields[6] = "sent" }
    // wireguard-go prints a link-local endpoint without its zone, and could not be given it back.
    return fields.joined(separator: "\t").replacingOccurrences(of: "%lo", with: "")
  }
}
