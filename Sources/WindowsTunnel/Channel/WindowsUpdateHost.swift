import ConfigurationFile
import ControlProtocol
import Cryptography
import Octets
import Rollout
import RolloutMetadata
import Timeline

/// A Windows machine, on which updates happen: a slot has `needletail.exe` with the driver in it, and every tunnel's service
/// runs the program of one slot, on the driver of that slot.
struct WindowsUpdateHost<System: WindowsSystem>: UpdateHost {
  let system: System
  let folder: MachineFolder<WindowsFiles<System>>
  /// There is one component only.
  var home: String { folder.path }
  let policy: LocalPolicy
  let probationSeconds: UInt64
  private let repository: String
  private let keyTexts: String
  private let knobs: [SetKnob]

  /// The machine with its folder and what administrators have decided; nil when a policy has a value that it cannot have,
  /// which has been said.
  init(_ program: Program<System>) throws(ClientError) {
    system = program.system
    let files = WindowsFiles(system: program.system)
    let path = try files.told("make", "the folder of updates") { () throws(SystemError) in
      try program.system.channelFolder()
    }
    folder = MachineFolder(path: path, files: files)
    let decided = try files.told("read", "policies") { () throws(SystemError) in try program.decisions() }
    guard let decided else { throw ClientError(.policy, "a policy has a value that it cannot have") }
    policy = try decided.localPolicy
    repository = decided.text(of: .repository)
    probationSeconds = UInt64(decided.number(of: .probationSeconds))
    keyTexts = decided.text(of: .changeControlKeys)
    knobs = [Policy.experimentalNativeDriver, .usePortableImplementation].map { knob in
      SetKnob(name: Array(knob.name.utf8), value: Array(decided.text(of: knob).utf8))
    }
  }

  var platform: StaticString { "windows" }
  var architecture: StaticString {
    #if arch(x86_64)
    "x86_64"
    #elseif arch(arm64)
    "aarch64"
    #else
    "i686"
    #endif
  }
  var systemVersion: String { "Windows, build \(system.systemBuild())" }

  /// The build, the drivers of other tunnels, and how many peers ours have.
  var facts: [Facts.Fact] {
    var facts = [Facts.Fact("os.build", .natural(UInt64(system.systemBuild()))), Facts.Fact("container", Self.no)]
    if let running = try? system.runningDrivers() { facts += Facts.Fact.others(Neighbours.drivers(among: running)) }
    if let seen = lookAtTunnels() { facts.append(.peers(seen.tunnels.reduce(0) { $0 + $1.peers.count })) }
    return facts
  }

  /// Drivers are nothing for containers.
  private static var no: Predicate.Value { .text(("no" as StaticString).octets) }

  var tunnelProgram: [UInt8] { Array("needletail.exe".utf8) }
  var slots: [UInt8] { Self.lower(folder.file("slots")) }

  var clocks: Reading { Reading(boot: system.uptime(), wall: Int64(clamping: system.now())) }
  func wait(milliseconds: UInt64) -> Bool { system.wait(milliseconds: UInt32(clamping: milliseconds)) }
  func tell(_ line: String) { system.complain("needletail: \(line)") }

  var hasRepository: Bool { !repository.utf8.isEmpty }

  func source(_ given: String?) throws(ClientError) -> WindowsSource<System> {
    let place = given ?? repository
    guard !place.utf8.isEmpty else {
      throw ClientError(.usage, "no repository: set the policy Repository, or import a bundle")
    }
    return WindowsSource(place, files: folder.files)
  }

  func changeControlKeys() throws(ClientError) -> [PublicKey] {
    var keys: [PublicKey] = []
    for text in keyTexts.utf8.split(separator: UInt8(ascii: " ")) {
      guard let bytes = Octets32(hexadecimal: Array(text)) else {
        throw ClientError(
          .policy, "the policy ChangeControlKeys: 64 hexadecimal digits for each key, and spaces between")
      }
      keys.append(PublicKey(bytes))
    }
    return keys
  }

  /// Every switch is begun again from the record.
  func recover() {}

  func check(_ serial: UInt64, _ release: Release?) {}

  // MARK: The switch

  func slot(of serial: UInt64, _ release: Release?, previous: UInt64?) -> UInt64 {
    // Going back, what is left behind lies beside it: no older one, which alone could stand in for it.
    guard let release, let previous, previous < serial else { return serial }
    let choice = ImplementationChoice(
      phase: release.phase, release: release.knobs, set: knobs, embedderForcesPortable: false, hasNative: true)
    return choice.implementation == .native ? serial : previous
  }

  func start(_ serial: UInt64, _ release: Release?, slot: UInt64, before: TunnelsSeen) throws(ClientError) {
    try serve(by: program(of: slot), before: before)
    try folder.files.replace(folder.file("current"), with: Array("\(slot)\n".utf8))
  }

  /// Before the first release, the program that was installed otherwise has served the tunnels: the one they had, or this
  /// one.
  func withdraw(_ serial: UInt64) throws(ClientError) {
    let before = (try? folder.tunnels(before: serial)) ?? TunnelsSeen()
    let served = before.tunnels.compactMap { $0.server?.program }.first { !$0.isEmpty && !$0.starts(with: slots) }
    let own = try folder.files.told("find", "this program") { () throws(SystemError) in try system.ownProgram() }
    guard !Self.lower(own).starts(with: slots) else {
      throw ClientError(.rollbackFailed, "\(own) is a program of the release that goes: run the installed one")
    }
    try serve(by: served.map { String(decoding: $0, as: UTF8.self) } ?? own, before: before)
    try folder.files.remove(folder.file("current"))
  }

  private func program(of slot: UInt64) -> String { folder.file("slots") + "\\\(slot)\\needletail.exe" }

  /// Has a program serve every tunnel, on its own driver. Tunnels that run, or did when the update began, run afterwards,
  /// whatever comes of it.
  private func serve(by program: String, before: TunnelsSeen) throws(ClientError) {
    var services: [TunnelService] = []
    var code: UInt32 = 0
    var obstacle: SystemError?
    do throws(SystemError) {
      services = try system.tunnelServices()
      for service in services { try system.stopService(ofTunnel: service.name) }
      code = try system.complete(command: "\"\(program)\" install-driver exactly")
      for service in services where code == 0 {
        try system.setCommand(ofTunnel: service.name, to: Self.command(service.command, by: program))
      }
    } catch {
      obstacle = error
    }
    for service in services where service.state == .running || before.served(service.name) {
      do throws(SystemError) {
        try system.startService(ofTunnel: service.name)
      } catch {
        tell(system.explain("the tunnel \(service.name) cannot be started", error))
        // One that was down already says nothing about the program.
        if obstacle == nil && service.state == .running { obstacle = error }
      }
    }
    if code != 0 { throw ClientError(.installFailed, "\(program) cannot install its driver, and ended with \(code)") }
    if let obstacle {
      throw ClientError(.installFailed, system.explain("\(program) cannot serve the tunnels", obstacle))
    }
  }

  /// A service's command with another program, which stands in quotes before the rest.
  private static func command(_ command: String, by program: String) -> String {
    let bytes = Array(command.utf8)
    let quote = UInt8(ascii: "\"")
    let start = bytes.first == quote ? 1 : 0
    let end = bytes.indices.dropFirst(start).first { bytes[$0] == (start == 1 ? quote : 32) } ?? bytes.count
    return "\"\(program)\"" + String(decoding: bytes[min(end + start, bytes.count)...], as: UTF8.self)
  }

  func isCurrent(_ slot: UInt64) -> Bool {
    let bytes = (try? folder.files.read(folder.file("current"), limit: 32)) ?? nil
    return bytes == Array("\(slot)\n".utf8)
  }

  // MARK: What is seen

  func lookAtTunnels() -> TunnelsSeen? {
    guard let services = try? system.tunnelServices() else { return nil }
    var seen = TunnelsSeen()
    for service in services where service.state != .stopped { seen.tunnels.append(look(at: service)) }
    // C:\Windows\Needletail.channel lies beside what crashes of the kernel leave.
    let path = Array(folder.path.utf8)
    if let end = path.lastIndex(of: UInt8(ascii: "\\")) {
      let place = String(decoding: path[..<end], as: UTF8.self) + "\\Minidump"
      seen.crashes = ((try? system.entries(of: place)) ?? []).map { Array($0.name.utf8) }
    }
    return seen
  }

  private func look(at service: TunnelService) -> TunnelsSeen.Tunnel {
    var server: TunnelsSeen.Server?
    if service.process != 0 {
      server = TunnelsSeen.Server(
        process: service.process, startedAt: service.startedAt, program: Self.lower(service.program))
    }
    var tunnel = TunnelsSeen.Tunnel(name: Array(service.name.utf8), server: server, configuration: nil, peers: [])
    guard service.state == .running, let adapter = try? system.openAdapter(name: service.name) else { return tunnel }
    defer { system.close(adapter) }
    guard let bytes = try? adapter.configuration(), let answer = ConfigurationAnswer(bytes) else { return tunnel }
    tunnel = TunnelsSeen.Tunnel(
      name: tunnel.name, server: server, configuration: Self.digest(answer), peers: peers(answer))
    return tunnel
  }

  private func peers(_ answer: ConfigurationAnswer) -> [TunnelsSeen.Peer] {
    var peers: [TunnelsSeen.Peer] = []
    var place = answer.firstPeer
    while let peer = place {
      let facts = answer.facts(ofPeer: peer)
      let last = facts.lastHandshake.seconds
      let now = system.now()
      peers.append(
        TunnelsSeen.Peer(
          key: facts.publicKey.hexadecimal, handshakeAge: last == 0 ? nil : now > last ? now - last : 0,
          received: facts.receivedBytes, sent: facts.sentBytes))
      place = answer.peer(after: peer)
    }
    return peers
  }

  /// A digest of what a tunnel is told to do, whatever the order it was told in: not of its port, which may be Windows'
  /// choice, and not of endpoints, which move.
  private static func digest(_ answer: ConfigurationAnswer) -> [UInt8] {
    var entries: [[UInt8]] = []
    var place = answer.firstPeer
    while let peer = place {
      let facts = answer.facts(ofPeer: peer)
      var prefixes: [[UInt8]] = []
      while let prefix = answer.allowedIP(prefixes.count, ofPeer: peer) {
        prefixes.append(Array("\(prefix.address.text)/\(prefix.length)".utf8))
      }
      prefixes.sort { $0.lexicographicallyPrecedes($1) }
      let keepalive = Array("\(facts.persistentKeepalive)".utf8)
      let isShared: UInt8 = facts.presharedKey.isZero ? 0 : 1
      entries.append(facts.publicKey.array + [isShared] + keepalive + prefixes.reduce([]) { $0 + [32] + $1 } + [10])
      place = answer.peer(after: peer)
    }
    entries.sort { $0.lexicographicallyPrecedes($1) }
    let text = answer.publicKey.array + entries.reduce([]) { $0 + $1 }
    return text.withRawSpan { BLAKE2s.hash($0) }.hexadecimal
  }

  func askProbes(slot: String) -> [ProbeResult] { [] }

  private static func lower(_ text: String) -> [UInt8] {
    text.utf8.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
  }
}

extension TunnelsSeen {
  /// Whether a tunnel of this name had a process.
  fileprivate func served(_ name: String) -> Bool {
    tunnels.contains { $0.server != nil && $0.name.elementsEqual(name.utf8) }
  }
}

extension LocalPolicy.Pin.Rule {
  /// The rule of a policy's text.
  init?(_ text: [UInt8]) {
    let digits = Array(text.drop { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "=") })
    let sign = Array(text.dropLast(digits.count))
    let serial = UInt64(String(decoding: digits, as: UTF8.self))
    if sign == [UInt8(ascii: "=")], let serial {
      self = .exactly(serial)
    } else if sign == [UInt8(ascii: "<"), UInt8(ascii: "=")], let serial {
      self = .atMost(serial)
    } else if sign.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) {
      self = .version(prefix: digits)
    } else {
      return nil
    }
  }
}

extension Decisions {
  /// What holds of a policy, as text.
  func text(of policy: Policy) -> String { decision(of: policy)?.text ?? policy.standard }
  /// What holds of a policy that is a number.
  func number(of policy: Policy) -> UInt32 { UInt32(text(of: policy)) ?? 0 }

  /// What an update is decided by.
  var localPolicy: LocalPolicy {
    get throws(ClientError) {
      var local = self.local
      let text = Array(text(of: .pin).utf8)
      guard !text.isEmpty else { return local }
      guard let rule = LocalPolicy.Pin.Rule(text) else {
        throw ClientError(
          .policy, "the policy Pin: the beginning of a version, as 1.4, one serial, as =57, or the last, as <=57")
      }
      local.pins = [.init(component: .driver, rule: rule)]
      return local
    }
  }

  private var local: LocalPolicy {
    var local = LocalPolicy()
    local.channel = Channel(named: Array(text(of: .channel).utf8)) ?? local.channel
    local.updateMode = LocalPolicy.UpdateMode(named: Array(text(of: .updateMode).utf8)) ?? local.updateMode
    local.deferDays = UInt64(number(of: .deferDays))
    local.requiresChangeRequest = number(of: .requireChangeRequest) == 1
    local.acceptsAdvisedRollback = number(of: .acceptAdvisedRollback) == 1
    local.acceptsRequiredRollback = number(of: .acceptRequiredRollback) == 1
    return local
  }
}
