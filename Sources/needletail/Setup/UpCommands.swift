internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelPlan
internal import TunnelReport
internal import TunnelSetup

/// `needletail up`
struct UpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Bring a tunnel up: interface, addresses, routes, name servers.",
    discussion: """
      Does what wg-quick up does, with the same files. When a step fails, all before it are undone; when this program \
      dies, the next up or down of the tunnel undoes them. The daemon is needletaild, or what \
      WG_QUICK_USERSPACE_IMPLEMENTATION names. Comments below [Interface] can say what the options of the kill switch do: \
      # Needletail: KillSwitch = strict
      """)
  @Argument(
    help: "A file NAME.conf, or NAME for the one in /etc/wireguard.", completion: .file(extensions: ["conf"]))
  var file: String
  @Option(
    help:
      "native: the kernel's WireGuard; portable: a daemon. By default what `channel implementation` chose, or portable."
  )
  var implementation: ImplementationName?
  @Option(
    name: .customLong("kill-switch"),
    help: """
      Nothing leaves but through the tunnel: off, auto (when it is a default route), strict (always). By default what the \
      file says, or off.
      """)
  var killSwitch: KillSwitchName?
  @Option(
    help: """
      With the kill switch: whether what is for the local network may leave, allow or deny. By default what the file \
      says, or deny.
      """)
  var lan: LANAccess?
  @Flag(
    name: .customLong("clamp-mss"), help: "Have TCP connections that pass through use segments that fit the tunnel.")
  var clampsSegments = false
  @Option(
    name: .customLong("probe-mtu"),
    help: """
      An address behind a peer that answers ping: the MTU becomes the largest whose packets pass to it and back. By \
      default as the file says with MTUMode = probe.
      """)
  var probed: String?
  @Flag(name: .customLong("dry-run"), help: "Print the steps, and change nothing.") var isRehearsal = false
  @Flag(name: .shortAndLong, help: "Say each step as it is done.") var verbose = false
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if let probed, MTUMode.address(probed) == nil {
      throw ValidationError("--probe-mtu \(probed): no IPv4 or IPv6 address")
    }
  }

  func run() throws {
    let file = try TunnelFile(file)
    if file.isOpenToOthers {
      Streams.complain("\(file.path) can be read by everybody: it has a secret key; chmod 600 \(file.path)")
    }
    let content = try file.read()
    let setup = Setup.of(file.name, verbose)
    let served = (implementation ?? .chosen).implementation
    var options = GuardSettings()
    options.killSwitch = killSwitch?.killSwitch
    options.allowsLAN = lan.map { $0 == .allow }
    if clampsSegments { options.clampsSegments = true }
    let guarding = content.settings.guarding(under: options)
    let mtuMode = probed.map { .probe(MTUMode.address($0)) } ?? content.settings.mtuMode ?? .auto
    try Setup.tellingFailure {
      if isRehearsal {
        let plan = try setup.plan(content, implementation: served, guarding: guarding, mtuMode: mtuMode)
        return print(plan.listing(file.path, json))
      }
      try Setup.requireRights()
      try setup.up(content, implementation: served, guarding: guarding, mtuMode: mtuMode)
      if json { print(Setup.answer(file, state: "up")) }
    }
  }
}

/// `needletail down`
struct DownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "Take a tunnel down: what up did is undone.",
    discussion: """
      Does what wg-quick down does. It also clears away what an up or a down that died has left, and needs no file for \
      that; without the file, its PreDown and PostDown commands are not run.
      """)
  @Argument(
    help: "A file NAME.conf, or NAME for the one in /etc/wireguard.", completion: .file(extensions: ["conf"]))
  var file: String
  @Flag(
    name: .customLong("keep-kill-switch"),
    help: "Leave a kill switch that is thrown as it is: until the next up or down, nothing leaves.")
  var keepsSwitch = false
  @Flag(name: .shortAndLong, help: "Say each command as it is run.") var verbose = false
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let file = try TunnelFile(file)
    try Setup.requireRights()
    var content: TunnelSetup.File?
    do {
      content = try file.read()
    } catch let failure as Failure {
      // A tunnel must go down whatever became of its file.
      Streams.complain("\(failure.message)\nneedletail: \(file.name) goes down without the commands of its file")
    }
    try Setup.tellingFailure { try Setup.of(file.name, verbose).down(content, keepingSwitch: keepsSwitch) }
    if json { print(Setup.answer(file, state: "down")) }
  }
}

/// `needletail save`
struct SaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Write a tunnel's state into its file.",
    discussion: """
      Does what wg-quick save does: keys, port and peers become those that the tunnel has, and addresses those of the \
      interface. Comments are lost. The file is replaced in one step; its owner and its rights stay.
      """)
  @Argument(
    help: "A file NAME.conf, or NAME for the one in /etc/wireguard.", completion: .file(extensions: ["conf"]))
  var file: String
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let file = try TunnelFile(file)
    try Setup.requireRights()
    let content = try file.read()
    try Setup.tellingFailure { try Setup.of(file.name, false).save(content) }
    if json { print(Setup.answer(file, state: "saved")) }
  }
}

/// The word for who serves a tunnel.
enum ImplementationName: String, ExpressibleByArgument, CaseIterable {
  case native, portable

  /// Where `channel implementation --apply` leaves its word.
  private static let file = "/var/lib/needletail/implementation"

  /// What this machine's channel chose; without one the daemon.
  static var chosen: ImplementationName {
    let text = try? String(contentsOfFile: file, encoding: .utf8)
    return text.flatMap { Self(rawValue: $0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? .portable
  }

  var implementation: TunnelImplementation { self == .native ? .native : .portable(daemon: Self.daemon) }

  /// The daemon: what wg-quick's variable names, the one beside this program, or the first in the search path.
  private static var daemon: String {
    if let named = ProcessInfo.processInfo.environment["WG_QUICK_USERSPACE_IMPLEMENTATION"], !named.isEmpty {
      return named
    }
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("needletaild").path
    return FileManager.default.isExecutableFile(atPath: beside) ? beside : "needletaild"
  }
}

/// The word for when nothing leaves but through the tunnel.
enum KillSwitchName: String, ExpressibleByArgument, CaseIterable {
  case off, auto, strict

  var killSwitch: Guard.KillSwitch {
    switch self {
    case .off: .off
    case .auto: .auto
    case .strict: .strict
    }
  }
}

/// The word for whether the local network is reached beside the tunnel.
enum LANAccess: String, ExpressibleByArgument, CaseIterable { case allow, deny }

/// What the three verbs share.
enum Setup {
  static func of(_ name: String, _ verbose: Bool) -> TunnelSetup {
    TunnelSetup(name: name, environment: ProcessInfo.processInfo.environment) { line in
      if verbose { Streams.complain("[#] " + line) }
    }
  }

  static func requireRights() throws {
    guard geteuid() == 0 else {
      throw Failure(.failure, "this changes the system's network: run it as root, with sudo for example")
    }
  }

  static func tellingFailure(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let failure as SetupFailure {
      throw Failure(.failure, failure.words)
    }
  }

  static func answer(_ file: TunnelFile, state: String) -> String {
    members(file) + ",\"state\":\"\(state)\"}"
  }

  /// How an answer in JSON about a file begins: its object is still open.
  static func members(_ file: TunnelFile) -> String {
    "{\"tunnel\":\"\(JSONText.escape(file.name))\",\"file\":\"\(JSONText.escape(file.path))\""
  }
}

extension TunnelPlan {
  /// The steps, one after the other, for people or for programs.
  func listing(_ file: String, _ isJSON: Bool) -> String {
    let texts = steps.map { $0.text(for: name, file: file) }
    guard isJSON else { return texts.joined(separator: "\n") }
    let objects = zip(steps, texts).map { step, text in
      "{\"step\":\"\(step.kind)\",\"command\":\"\(JSONText.escape(text))\"}"
    }
    return "{\"tunnel\":\"\(JSONText.escape(name))\",\"steps\":[\(objects.joined(separator: ","))]}"
  }
}
