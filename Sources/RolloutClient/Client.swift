internal import Foundation
internal import Octets
public import Rollout
public import RolloutMetadata
public import TunnelControl

/// A Linux machine's client of one component: refreshes what it believes, decides, and performs what was decided.
public struct Client {
  /// Where everything is kept.
  public let folder: ClientFolder
  /// What is updated.
  public let component: Component
  /// What the administrator has written.
  public let policyFile: PolicyFile
  let policy: LocalPolicy
  /// What is believed.
  public private(set) var trusted: TrustedSet
  /// How far an update has come.
  public internal(set) var record: ClientRecord
  /// What the last refresh came to; nil when all is well, or before it.
  public private(set) var refreshFailure: MetadataError?
  /// What went wrong with the last action.
  public internal(set) var lastError: ClientError?
  /// Opens a repository that is at an `http` or `https` address; without it there are only folders.
  public var web: ((String, PolicyFile) throws(ClientError) -> any RepositorySource)?
  /// Asks the kernel whether it has a WireGuard.
  public var askKernel: () -> KernelWireGuard.Answer = { KernelWireGuard.ask() }
  /// Looks at the machine's tunnels; without it, only the policy's program is asked for probes.
  public var lookAtTunnels: (() -> TunnelsSeen)?
  /// The probes that failed when they were asked last.
  var failedProbes: [Probe] = []
  /// The watch over the serial that is in probation, since this program has asked first.
  var watch: Watch?
  /// Called with a line for people, as things happen.
  public var tell: (String) -> Void = { _ in }

  /// Tunnels that are watched, and since when by the machine's clock.
  struct Watch {
    let serial: UInt64
    let since: UInt64
    var tunnels: TunnelWatch
  }

  /// A client as its folder says.
  public init(folder: ClientFolder, component: Component) throws(ClientError) {
    self.folder = folder
    self.component = component
    policyFile = try folder.policyFile()
    policy = try policyFile.policy(path: folder.file("policy.json"))
    trusted = try folder.trusted()
    record = try folder.record(component)
  }

  /// The repository: what was asked for, or the policy's. A folder, or an address of a web server.
  func source(_ given: String?) throws(ClientError) -> any RepositorySource {
    guard let place = given ?? policyFile.repository else {
      throw ClientError(
        .usage, "no repository: give --repository, or write \"repository\" into \(folder.file("policy.json"))")
    }
    let scheme = place.lowercased()
    guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else { return FolderRepository(folder: place) }
    guard let web else {
      throw ClientError(.usage, "\(place): this program was built without HTTP; give a folder")
    }
    return try web(place, policyFile)
  }

  /// Fetches and verifies what is new. What is stored afterwards is never less than before; what is wrong is told by
  /// `refreshFailure` and by the decision, and takes nothing down.
  public mutating func refresh(from given: String?) throws(ClientError) {
    let source = try source(given)
    var unreachable: ClientError?
    let refresh = MetadataRefresh.run(trusted, systemClock: Clocks.now) { path, limit in
      // A source that failed once is not waited for again; what is missing then is known as missing.
      guard unreachable == nil else { return nil }
      do throws(ClientError) {
        switch try source.document(String(decoding: path, as: UTF8.self), limit: limit) {
        case .bytes(let bytes): return bytes
        case .missing: return nil
        // It is refused by its length, and nothing else is looked at.
        case .tooLong: return [UInt8](repeating: 0, count: limit + 1)
        }
      } catch {
        unreachable = error
        return nil
      }
    }
    if let unreachable { tell("warning: \(unreachable.description)") }
    if refresh.trusted != trusted {
      try folder.write(refresh.trusted)
      trusted = refresh.trusted
    }
    refreshFailure = refresh.failure
    for warning in refresh.warnings {
      switch warning {
      case .clockBehind: tell("warning: the clock is more than a day behind what signed metadata proves")
      case .brakeRefused(let key, let error):
        tell(
          "warning: a brake of key \(String(decoding: key.hexadecimal.prefix(16), as: UTF8.self)) was refused: \(error.words)"
        )
      }
    }
    try rememberOffers()
  }

  private func rememberOffers() throws(ClientError) {
    var offers = try folder.firstOffers()
    let count = offers.count
    for offer in trusted.rollout?.document.offers(policy.channel, component) ?? [] {
      if !offers.contains(where: { $0.component == component && $0.serial == offer.serial }) {
        offers.append(.init(component: component, serial: offer.serial, at: trusted.now(systemClock: Clocks.now)))
      }
    }
    if offers.count != count { try folder.remember(offers) }
  }

  /// All that is decided by.
  public func situation() throws(ClientError) -> Situation {
    var situation = Situation(
      component: component, trusted: trusted, systemClock: Clocks.now, policy: policy, facts: facts,
      system: Array("linux".utf8), architecture: Array(Self.architecture.utf8), installID: try folder.installID())
    for other in Component.allCases {
      let serial = other == component ? record.committed : try folder.record(other).committed
      if let serial { situation.committed.append(.init(component: other, serial: serial)) }
    }
    situation.quarantined = record.quarantined.map { .init(component: component, serial: $0) }
    situation.firstOffers = try folder.firstOffers()
    if policy.requiresChangeRequest { situation.changeControls = try changeRequests().map(\.control) }
    situation.isBelowFloorAfterRollback = record.isBelowFloorAfterRollback(floor: situation.floor)
    return situation
  }

  /// The processor that packages must be for.
  static var architecture: String {
    #if arch(x86_64)
    "x86_64"
    #elseif arch(arm64)
    "aarch64"
    #else
    "unknown"
    #endif
  }

  private var facts: Facts {
    Facts([
      .init(Array("arch".utf8), .text(Array(Self.architecture.utf8))),
      .init(Array("component.serial".utf8), .natural(record.committed ?? 0)),
    ])
  }
}
