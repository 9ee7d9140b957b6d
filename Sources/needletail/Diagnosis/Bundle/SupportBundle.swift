internal import ConfigurationFile
internal import Foundation
internal import Octets
internal import RolloutMetadata
internal import SystemPrograms
internal import TunnelControl
internal import TunnelDiagnosis
internal import TunnelPlan
internal import TunnelReport
internal import TunnelSetup

/// Facts to send to somebody who is to find out what is wrong: a text of sections.
///
/// No secret key is in it. What people wrote into files as commands is not in it either: nobody knows what they put there.
struct SupportBundle {
  private var sections: [(title: String, text: String)] = []
  private var publicKeys: [Octets32] = []
  private var secrets: [Octets32] = []
  private var endpoints: [String] = []
  private var kept: [IPAddress] = []
  private var commands: [String] = []

  /// No section is longer, in characters.
  private static let longest = 1 << 18
  /// Lines of the log.
  private static let logged = 200

  /// Gathers the facts about the tunnels that run and about files.
  init(findings: String, files: [String]) {
    add("versions", Self.versions)
    add("findings of needletail doctor", findings)
    addTunnels()
    for family in ["-4", "-6"] {
      add("ip \(family) rule show", Self.answer(["ip", family, "rule", "show"]))
      add("ip \(family) route show table all", Self.answer(["ip", family, "route", "show", "table", "all"]))
    }
    add("ip -brief link show", Self.answer(["ip", "-brief", "link", "show"]))
    add("nft list tables", Self.answer(["nft", "list", "tables"]))
    for file in files { addFile(file) }
    let log = [
      "journalctl", "--no-pager", "--no-hostname", "--output=short-iso", "--lines=\(Self.logged)", "--unit=needletail*",
    ]
    // A shell that does not understand a command says it, and so did failures once.
    let told = commands.reduce(Self.answer(log)) { $0.replacingOccurrences(of: $1, with: "(a command of the file)") }
    add("the last \(Self.logged) lines of the log", told)
  }

  /// The text, without secret keys; endpoints are in it only when they are asked for.
  func text(withEndpoints: Bool) -> String {
    let scrubber = Scrubber(
      publicKeys: publicKeys, secrets: secrets, endpoints: endpoints, kept: kept, hidesEndpoints: !withEndpoints)
    return sections.map { title, text in
      let body = scrubber.scrubbed(text)
      return "== \(scrubber.scrubbed(title))\n\(body)\(body.isEmpty || body.hasSuffix("\n") ? "" : "\n")"
    }.joined(separator: "\n")
  }

  /// Overwrites the secret keys that it went by.
  mutating func wipe() {
    for index in secrets.indices { secrets[index].wipe() }
    secrets = []
  }

  private mutating func add(_ title: String, _ text: String) {
    let isCut = text.unicodeScalars.count > Self.longest
    sections.append((title, isCut ? String(text.unicodeScalars.prefix(Self.longest)) + "\n(cut here)" : text))
  }

  private static var versions: String {
    func line(_ path: String, _ beginning: String = "") -> String {
      let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
      return text.split(separator: "\n").first { $0.hasPrefix(beginning) }.map(String.init) ?? "\(path): none"
    }
    return [
      "needletail \(Needletail.version)", line("/proc/version"), line("/etc/os-release", "PRETTY_NAME="),
      "implementation \(ImplementationName.chosen.rawValue)", answer(["ip", "-Version"]), answer(["nft", "--version"]),
    ].map { $0.trimmingCharacters(in: .newlines) }.joined(separator: "\n")
  }

  /// What a program says, or why it says nothing.
  private static func answer(_ words: [String]) -> String {
    do throws(SystemProgram.Fault) {
      let outcome = try SystemProgram.run(words, output: .caughtAlone, patience: 10)
      return outcome.status == 0 ? outcome.output : outcome.output + "(it ended with status \(outcome.status))"
    } catch {
      return "(\(words[0]): \(error.words))"
    }
  }

  private mutating func addTunnels() {
    let tool = Tool()
    let now = Int64(Date().timeIntervalSince1970)
    for name in tool.tunnels.names() {
      var state: TunnelState
      do throws(SystemFault) {
        state = try tool.tunnels.state(of: name)
      } catch {
        add("tunnel \(name)", "it cannot be asked: \(error.words)")
        continue
      }
      defer { state.wipe() }
      learn(from: state)
      let observation = tool.tunnels.observation(of: name)
      let observed = (observation?.peers ?? []).byKey
      let words = state.peers.map { peer in
        "\(peer.name)  \(PeerCondition(peer, observed: observed[peer.name], now: now).text)"
      }
      add("needletail status \(name)", words.joined(separator: "\n"))
      let page = SecretBytes()
      state.printPretty(into: page, palette: Palette(isColoured: false), hidesKeys: true, now: now)
      add("needletail show \(name)", page.text)
      let counts = (observation?.rejections ?? []).filter { $0.count > 0 }.map { "\($0.reason) \($0.count)" }
      add("refused by \(name)", observation == nil ? "(this server does not tell)" : counts.joined(separator: "\n"))
      let table = FilterTable.name(for: name)
      add("nft list table inet \(table)", Self.answer(["nft", "list", "table", "inet", table]))
    }
  }

  private mutating func learn(from state: TunnelState) {
    if let key = state.publicKey { publicKeys.append(key) }
    if let key = state.privateKey { secrets.append(key) }
    for peer in state.peers {
      publicKeys.append(peer.publicKey)
      if let key = peer.presharedKey { secrets.append(key) }
      if let endpoint = peer.endpoint { endpoints.append(endpoint.host) }
      kept += peer.allowedIPs.map(\.prefix.address)
    }
  }

  /// What a file is for `up`: its steps, with commands counted and not told.
  private mutating func addFile(_ path: String) {
    let title = "needletail up --dry-run \(path)"
    do {
      let file = try TunnelFile(path)
      try learn(from: file)
      let content = try file.read(isQuiet: true)
      let setup = Setup.of(file.name, false)
      let plan = try setup.plan(
        content, implementation: ImplementationName.chosen.implementation, guarding: content.settings.guarding(),
        mtuMode: content.settings.mtuMode ?? .auto)
      add(title, plan.steps.map { Self.text(of: $0, file) }.joined(separator: "\n"))
    } catch let failure as Failure {
      add(title, "(\(failure.message))")
    } catch let failure as SetupFailure {
      add(title, "(\(failure.words))")
    } catch {
      add(title, "(it cannot be planned)")
    }
  }

  private static func text(of step: TunnelStep, _ file: TunnelFile) -> String {
    if case .hook(let line, _) = step { return "(a command of the file, \(line.utf8.count) bytes)" }
    return step.text(for: file.name, file: file.path)
  }

  private mutating func learn(from file: TunnelFile) throws {
    var document = try file.document()
    defer { document.wipe() }
    if let key = document.interface.privateKey { secrets.append(key) }
    let interface = document.interface
    for line in interface.preUp + interface.postUp + interface.preDown + interface.postDown {
      commands += ["\(line)", "\(line)".expanded(for: file.name)]
    }
    kept += interface.addresses.map(\.address)
    for entry in document.interface.dns { if case .server(let address, _) = entry { kept.append(address) } }
    for peer in document.peers {
      publicKeys.append(peer.publicKey)
      if let key = peer.presharedKey { secrets.append(key) }
      if let endpoint = peer.endpoint { endpoints.append("\(endpoint.host)") }
      kept += peer.allowedIPs.map(\.prefix.address)
    }
  }
}
