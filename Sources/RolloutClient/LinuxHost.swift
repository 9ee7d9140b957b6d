internal import Foundation
internal import Octets
public import Rollout
public import RolloutMetadata
internal import Transaction
internal import TransactionFiles
internal import TunnelControl

/// A Linux machine, on which updates happen.
public struct LinuxHost: UpdateHost {
  /// Where everything is kept.
  public let folder: ClientFolder
  /// What is updated.
  let component: Component
  /// Where the component's releases lie: the daemon's in the folder itself, those of others in one of their own.
  public var home: String { component == .portable ? folder.path : folder.file(component.words) }
  /// What the administrator has written.
  public let policyFile: PolicyFile
  /// What it means.
  public let policy: LocalPolicy
  /// Opens a repository that is at an `http` or `https` address; without it there are only folders.
  var web: ((String, PolicyFile) throws(ClientError) -> any RepositorySource)?
  /// Asks the kernel whether it has a WireGuard.
  var askKernel: () -> KernelWireGuard.Answer = { KernelWireGuard.ask() }
  /// Looks at the machine's tunnels; without it, only the policy's program is asked for probes.
  var look: (() -> TunnelsSeen)?
  /// Called with a line for people, as things happen.
  var say: (String) -> Void = { _ in }

  /// The machine whose updates are kept in a folder.
  public init(_ folder: ClientFolder, component: Component) throws(ClientError) {
    self.folder = folder
    self.component = component
    policyFile = try folder.policyFile()
    policy = try policyFile.policy(path: folder.file("policy.json"))
  }

  /// How long a release is watched.
  public var probationSeconds: UInt64 { policyFile.probationSeconds.map { UInt64($0) } ?? Probation.seconds }
  /// The system that packages must be for.
  public var platform: StaticString { "linux" }
  /// The processor that they must be for.
  public var architecture: StaticString {
    #if arch(x86_64)
    "x86_64"
    #elseif arch(arm64)
    "aarch64"
    #else
    "unknown"
    #endif
  }
  /// The kernel's version.
  public var systemVersion: String {
    let version = try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)
    return version?.trimmingCharacters(in: .newlines) ?? "unknown"
  }
  /// The kernel, whether this is a container, what drives the tunnels of others, and how many peers ours have.
  public var facts: [Facts.Fact] {
    let seen = look?()
    var facts = [
      Facts.Fact("os.build", .text(Array(systemVersion.utf8))),
      Facts.Fact("container", .text(Array(Neighbours.isContainer ? "yes".utf8 : "no".utf8))),
    ]
    guard let seen else { return facts }
    facts.append(.peers(seen.tunnels.reduce(0) { $0 + $1.peers.count }))
    return facts + Facts.Fact.others(Neighbours.drivers(without: Neighbours.ours(seen, program: tunnelProgram)))
  }
  /// The name of the program that serves tunnels.
  public var tunnelProgram: [UInt8] { Array("needletaild".utf8) }
  /// The folder of slots, as the paths of running programs begin.
  public var slots: [UInt8] {
    Array(URL(fileURLWithPath: home + "/slots").resolvingSymlinksInPath().path.utf8)
  }

  /// Now, by both clocks.
  public var clocks: Reading { Clocks.reading }
  /// Waits. Signals end the program at once, as a loss of power would.
  public func wait(milliseconds: UInt64) -> Bool {
    Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
    return false
  }
  /// Says a line to people.
  public func tell(_ line: String) { say(line) }

  /// Whether the policy names a repository.
  public var hasRepository: Bool { policyFile.repository != nil }

  /// The repository: what was asked for, or the policy's. A folder, or an address of a web server.
  public func source(_ given: String?) throws(ClientError) -> LinuxSource {
    guard let place = given ?? policyFile.repository else {
      throw ClientError(
        .usage, "no repository: give --repository, or write \"repository\" into \(folder.file("policy.json"))")
    }
    let scheme = place.lowercased()
    guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else {
      return LinuxSource(base: FolderRepository(folder: place, files: folder.files))
    }
    guard let web else {
      throw ClientError(.usage, "\(place): this program was built without HTTP; give a folder")
    }
    return LinuxSource(base: try web(place, policyFile))
  }

  /// The organisation's keys, by policy.
  public func changeControlKeys() throws(ClientError) -> [PublicKey] {
    var keys: [PublicKey] = []
    for text in policyFile.changeControlKeys ?? [] {
      guard let bytes = Octets32(hexadecimal: Array(text.utf8)) else {
        throw ClientError(.policy, "\(folder.file("policy.json")): changeControlKeys: 64 hexadecimal digits each")
      }
      keys.append(PublicKey(bytes))
    }
    return keys
  }

  private var link: String { home + "/current" }
  private var transaction: Transaction<FileHost> {
    Transaction(host: FileHost(journalPath: home + "/switch.journal"))
  }

  /// Ends what a crash has left of a switch of files.
  public func recover() throws(ClientError) {
    var transaction = transaction
    if case .stuck(let failure)? = transaction.recover() {
      throw ClientError(.rollbackFailed, "\(home + "/switch.journal"): \(failure.reason)")
    }
  }

  /// Refuses a release when no program has it take over, or the kernel lacks what it needs.
  public func check(_ serial: UInt64, _ release: Release?) throws(ClientError) {
    guard let program = policyFile.restart?.first else {
      throw ClientError(
        .policy, "\(folder.file("policy.json")): restart: say which program makes the new files run, and its arguments")
    }
    guard FileManager.default.isExecutableFile(atPath: program) else {
      throw ClientError(.policy, "\(folder.file("policy.json")): restart: \(program) is no program")
    }
    if let release { try checkPath(release) }
  }

  /// A release's own: both paths of this system are in it.
  public func slot(of serial: UInt64, _ release: Release?, previous: UInt64?) -> UInt64 { serial }

  /// Points `current` at a slot and has the service started anew, or neither.
  public func start(_ serial: UInt64, _ release: Release?, slot: UInt64, before: TunnelsSeen) throws(ClientError) {
    try switchFiles(to: serial, release, purpose: "switch to \(serial)")
  }

  func switchFiles(to serial: UInt64, _ release: Release?, purpose: String) throws(ClientError) {
    if let release { try tellImplementation(release) }
    let restart = policyFile.restart ?? []
    var transaction = transaction
    let outcome = transaction.run(
      [.redirect(link: link, destination: "slots/\(serial)"), .run(command: restart, inverse: [])], purpose: purpose)
    switch outcome {
    case .done: return
    case .ready: throw ClientError(.internalError, "the switch to \(serial) was left open")
    case .undone(let failure), .refused(let failure), .undecided(let failure), .stuck(let failure):
      throw ClientError(.installFailed, failure.reason)
    }
  }

  /// Nothing is pointed at any more.
  public func withdraw(_ serial: UInt64) throws(ClientError) { try folder.files.remove(link) }

  /// Whether `current` points at a slot.
  public func isCurrent(_ slot: UInt64) -> Bool {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == "slots/\(slot)"
  }

  /// The machine's tunnels, where somebody looks at them, and the policy does not forbid it.
  public func lookAtTunnels() -> TunnelsSeen? {
    component == .portable && policyFile.watchTunnels ?? true ? look?() : nil
  }

  /// What the policy's program says.
  public func askProbes(slot: String) -> [ProbeResult] {
    policyFile.probe.map { ProbeProgram.ask($0, slot: slot) } ?? []
  }
}

/// A repository in a folder or on a web server.
public struct LinuxSource: RepositorySource {
  let base: any RepositorySource

  /// A document.
  public func document(_ path: String, limit: Int) throws(ClientError) -> FetchedDocument {
    try base.document(path, limit: limit)
  }

  /// A file.
  public func artifact(_ path: String, size: UInt64, to place: String) throws(ClientError) -> Bool {
    try base.artifact(path, size: size, to: place)
  }
}
