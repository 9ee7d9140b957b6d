internal import ArgumentParser
internal import ConfigurationFile
internal import Foundation
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelDiagnosis
internal import TunnelReport

/// `needletail doctor`
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Look for what is likely to be wrong with tunnels, and say what to do.",
    discussion: """
      Looks at the system, at every tunnel that runs, at configuration files and at the update channel. Checks have numbers and names that stay. \
      Exits with 0 when nothing failed, and with 3 when something did.
      """)
  @Argument(
    help: "Configuration files; /etc/wireguard/*.conf when there are none.", completion: .file(extensions: ["conf"]))
  var files: [String] = []
  @Option(
    name: .customLong("probe-mtu"),
    help: "An address behind a peer that answers ping: find the largest packet that passes to it and back; repeatable.")
  var probed: [String] = []
  @Option(help: "The folder of the machine's update channel.") var channel = "/var/lib/needletail"
  @Option(
    help: """
      Write a new file of facts to send to somebody: findings, tunnels, routes, rules, what `up` would do with the files, \
      versions and the last lines of the log. No secret key is in it, no command of a file, and no endpoint.
      """, completion: .file(extensions: ["txt"]))
  var bundle: String?
  @Flag(
    name: .customLong("with-endpoints"),
    help: "With --bundle: let the names and addresses of endpoints, and other addresses of the internet, be in it.")
  var withEndpoints = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if withEndpoints && bundle == nil { throw ValidationError("--with-endpoints goes with --bundle FILE") }
    for address in probed where AddressText.address(address) == nil || address.contains("%") {
      throw ValidationError("--probe-mtu \(address): no IPv4 or IPv6 address")
    }
    guard probed.count <= 16 else { throw ValidationError("--probe-mtu: at most 16 addresses") }
  }

  func run() throws {
    let findings = Doctor.examine(situation())
    if json {
      print("[\(findings.map(object).joined(separator: ","))]")
    } else {
      for finding in findings { print(line(finding)) }
    }
    if let bundle { try write(findings, to: bundle) }
    if findings.contains(where: { $0.verdict == .fail }) { throw Failure(.stale) }
  }

  private func line(_ finding: Finding) -> String {
    let subject = finding.subject.isEmpty ? "" : "\(finding.subject): "
    let remedy = finding.remedy.isEmpty ? "" : "; \(finding.remedy)"
    let number = finding.check.rawValue
    return "\(number < 10 ? " " : "")\(number) \(finding.verdict.rawValue)  \(subject)\(finding.reason)\(remedy)"
  }

  /// Writes the bundle to a new file, which is its owner's alone.
  private func write(_ findings: [Finding], to path: String) throws {
    var facts = SupportBundle(findings: findings.map(line).joined(separator: "\n"), files: paths)
    defer { facts.wipe() }
    umask(0o077)
    do {
      let text = facts.text(withEndpoints: withEndpoints)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    } catch {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw Failure(
        .failure,
        isThere
          ? "--bundle \(path): there is a file already; say another name"
          : "--bundle \(path): it cannot be written: \((error as NSError).localizedDescription)")
    }
    Streams.complain("needletail: \(path) has the facts as text; read it before you send it")
  }

  private func object(_ finding: Finding) -> String {
    let texts = [
      ("id", finding.check.id), ("subject", finding.subject), ("verdict", finding.verdict.rawValue),
      ("reason", finding.reason), ("remedy", finding.remedy), ("page", TunnelDiagnosis.Check.page),
    ]
    let members = texts.map { "\"\($0.0)\":\"\(JSONText.escape($0.1))\"" }.joined(separator: ",")
    return "{\"number\":\(finding.check.rawValue),\(members)}"
  }

  private func situation() -> Situation {
    var situation = Situation()
    let manager = FileManager.default
    let device = "/dev/net/tun"
    situation.tun =
      !manager.fileExists(atPath: device)
      ? .missing
      : manager.isReadableFile(atPath: device) && manager.isWritableFile(atPath: device) ? .usable : .forbidden
    situation.mayAdminister = Self.mayAdminister
    situation.now = Int64(Date().timeIntervalSince1970)
    let tool = Tool()
    situation.tunnels = tool.tunnels.names().map { Self.tunnel($0, tool) }
    let ours = Set(situation.tunnels.compactMap { $0.state?.listenPort })
    situation.takenPorts = Routes.udpPorts.subtracting(ours)
    let running = Set(situation.tunnels.map(\.name))
    let named = Set(paths.map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent })
    situation.leftNameServers = Surroundings.leftNameServers(known: named)
    situation.lonelySwitches = KillSwitches.thrown.filter { !manager.fileExists(atPath: "/sys/class/net/\($0)") }
    situation.otherTunnels = Surroundings.otherTunnels(running)
    situation.foreignRules =
      running.isEmpty
      ? [] : Surroundings.foreignRules(Set(situation.tunnels.compactMap { $0.state?.fwmark }.filter { $0 != 0 }))
    situation.probes = probed.map { Surroundings.probe($0, in: situation.tunnels) }
    situation.files = paths.map { Self.file($0, running) }
    situation.channel = ChannelSurroundings(folder: channel).seen
    return situation
  }

  /// CAP_NET_ADMIN is bit 12 of the effective capabilities.
  private static var mayAdminister: Bool {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let mask = line.flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
    return mask >> 12 & 1 == 1
  }

  private static func tunnel(_ name: String, _ tool: Tool) -> Situation.Tunnel {
    var tunnel = Situation.Tunnel(name: name)
    tunnel.mtu = Routes.number("mtu", of: name)
    let flags = Routes.number("flags", of: name)
    tunnel.link = flags.map { $0 & 1 == 1 ? .isUp : .isDown } ?? .elsewhere
    do throws(SystemFault) {
      var state = try tool.tunnels.state(of: name)
      state.wipe()
      tunnel.state = state
      tunnel.observation = tool.tunnels.observation(of: name)
    } catch {
      tunnel.fault = error.words
    }
    for peer in tunnel.state?.peers ?? [] {
      guard let endpoint = peer.endpoint else { continue }
      let device = Routes.device(to: endpoint.host, mark: tunnel.state?.fwmark ?? 0) ?? ""
      tunnel.paths[endpoint.text] = .init(device: device, mtu: Routes.number("mtu", of: device))
    }
    return tunnel
  }

  private var paths: [String] {
    if !files.isEmpty { return files }
    let folder = "/etc/wireguard"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".conf") }.sorted().map { "\(folder)/\($0)" }
  }

  private static func file(_ path: String, _ running: Set<String>) -> Situation.File {
    var file = Situation.File(path: path)
    file.isRunning = running.contains(URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
    guard let bytes = FileManager.default.contents(atPath: path) else {
      file.errors = ["the file cannot be read"]
      return file
    }
    do throws(ConfigurationFileError) {
      let (document, warnings) = try ConfigurationDocument.read(Array(bytes), dialect: .shared(.linux))
      if let obstacle = document.obstacle { file.errors.append("\(obstacle.summary); \(obstacle.remedy)") }
      let doubles: [Problem] = [.repeatedPrefix, .prefixOfOtherPeer]
      file.duplicates = warnings.filter { doubles.contains($0.problem) }.map(\.description)
      if case .number(let port) = document.interface.listenPort { file.listenPort = port }
    } catch {
      file.errors = error.diagnostics.filter { !$0.problem.isWarning }.map(\.description)
    }
    return file
  }
}
