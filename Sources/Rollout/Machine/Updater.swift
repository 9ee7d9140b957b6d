internal import Octets
public import RolloutMetadata

/// A machine's client of one component: refreshes what it believes, decides, and performs what was decided. The same on
/// every system; what differs is the host's.
public struct Updater<Host: UpdateHost> {
  /// The machine.
  public var host: Host
  /// What is updated.
  public let component: Component
  /// What is believed.
  public private(set) var trusted: TrustedSet
  /// How far an update has come.
  public internal(set) var record: ClientRecord
  /// What the last refresh came to; nil when all is well, or before it.
  public private(set) var refreshFailure: MetadataError?
  /// The repository that was named for the last refresh, instead of the policy's.
  private(set) var asked: String?
  /// What went wrong with the last action.
  public internal(set) var lastError: ClientError?
  /// The probes that failed when they were asked last.
  var failedProbes: [Probe] = []
  /// The watch over the serial that is in probation, since this program has asked first.
  var watch: Watch?

  /// Tunnels that are watched, and since when by the machine's clock.
  struct Watch {
    let serial: UInt64
    let since: UInt64
    var tunnels: TunnelWatch
  }

  /// A client as its folder says.
  public init(_ host: Host, component: Component) throws(ClientError) {
    self.host = host
    self.component = component
    trusted = try host.folder.trusted()
    record = try host.folder.record(component)
  }

  /// Where everything is kept.
  public var folder: MachineFolder<Host.Files> { host.folder }

  /// Now, by the clock of the wall.
  public var now: UTCTime { UTCTime(seconds: host.clocks.wall) }

  /// Fetches and verifies what is new. What is stored afterwards is never less than before; what is wrong is told by
  /// `refreshFailure` and by the decision, and takes nothing down.
  public mutating func refresh(from given: String?) throws(ClientError) {
    asked = given
    // A bundle was verified when it was taken in, and has nothing new to say.
    if try isOffline(given) {
      guard try folder.bundle() != nil else {
        throw ClientError(
          .usage, "frozen machines take bundles only, and none was brought: needletail channel import FILE")
      }
      refreshFailure = nil
      return try rememberOffers()
    }
    let source = try host.source(given)
    var unreachable: ClientError?
    let refresh = MetadataRefresh.run(trusted, systemClock: now) { path, limit in
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
    if let unreachable { host.tell("warning: \(unreachable.description)") }
    try adopt(refresh.trusted)
    refreshFailure = refresh.failure
    for warning in refresh.warnings {
      switch warning {
      case .clockBehind: host.tell("warning: the clock is more than a day behind what signed metadata proves")
      case .brakeRefused(let key, let error):
        let name = String(decoding: key.hexadecimal.prefix(16), as: UTF8.self)
        host.tell("warning: a brake of key \(name) was refused: \(error.words)")
      }
    }
    try rememberOffers()
  }

  /// Believes what was verified, from now on.
  mutating func adopt(_ verified: TrustedSet) throws(ClientError) {
    guard verified != trusted else { return }
    try folder.write(verified)
    trusted = verified
  }

  private func rememberOffers() throws(ClientError) {
    var offers = try folder.firstOffers()
    let count = offers.count
    for offer in try situation().offers {
      if !offers.contains(where: { $0.component == component && $0.serial == offer.serial }) {
        offers.append(.init(component: component, serial: offer.serial, at: trusted.now(systemClock: now)))
      }
    }
    if offers.count != count { try folder.remember(offers) }
  }

  /// The decision, after a refresh. A repository that tells something else than its keys have signed, or something older,
  /// is acted on in nothing; one that is not to be reached leaves what is believed already.
  public func decision() throws(ClientError) -> Decision {
    if let refreshFailure, refreshFailure.reason != .missing { return .undecidable(refreshFailure) }
    return try situation().decision
  }

  /// All that is decided by.
  public func situation() throws(ClientError) -> Situation {
    let facts = Facts(
      [
        .init("arch", .text(host.architecture.octets)), .init("component.serial", .natural(record.committed ?? 0)),
      ] + host.facts)
    var situation = Situation(
      component: component, trusted: trusted, systemClock: now, policy: host.policy, facts: facts,
      system: host.platform.octets, architecture: host.architecture.octets, installID: try folder.installID())
    for other in Component.allCases {
      let serial = other == component ? record.committed : try folder.record(other).committed
      if let serial { situation.committed.append(.init(component: other, serial: serial)) }
    }
    situation.freshnessClock = decidingBundle?.created
    situation.quarantined = record.refused.map { .init(component: component, serial: $0) }
    situation.firstOffers = try folder.firstOffers()
    if host.policy.requiresApproval { situation.changeControls = try changeRequests().map { $0.control } }
    situation.isBelowFloorAfterRollback = record.isBelowFloorAfterRollback(floor: situation.floor)
    return situation
  }

  /// A release that is believed in.
  public func release(_ serial: UInt64) -> Release? { trusted.releases?.document.release(component, serial) }

  /// The release that runs: the one that is watched, or else the committed one.
  public var running: Release? {
    let serial: UInt64?
    switch record.progress {
    case .switching(let watched, _), .probation(let watched, _): serial = watched
    default: serial = record.committed
    }
    return serial.flatMap { release($0) }
  }
}
