internal import Foundation
internal import Octets
public import Rollout
public import RolloutMetadata

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
  /// Called with a line for people, as things happen.
  public var tell: (String) -> Void = { _ in }

  /// A client as its folder says.
  public init(folder: ClientFolder, component: Component) throws(ClientError) {
    self.folder = folder
    self.component = component
    policyFile = try folder.policyFile()
    policy = try policyFile.policy(path: folder.file("policy.json"))
    trusted = try folder.trusted()
    record = try folder.record(component)
  }

  /// The folder of the repository: what was asked for, or the policy's.
  func repository(_ given: String?) throws(ClientError) -> String {
    guard let repository = given ?? policyFile.repository else {
      throw ClientError(
        .usage, "no repository: give --repository, or write \"repository\" into \(folder.file("policy.json"))")
    }
    return repository
  }

  /// Fetches and verifies what is new. What is stored afterwards is never less than before; what is wrong is told by
  /// `refreshFailure` and by the decision, and takes nothing down.
  public mutating func refresh(from given: String?) throws(ClientError) {
    let repository = try repository(given)
    let refresh = MetadataRefresh.run(trusted, systemClock: Clocks.now) { path, limit in
      // A file that is too long is read to one byte more than it may have, and refused by its length.
      Self.file(repository + "/" + String(decoding: path, as: UTF8.self), upTo: limit + 1)
    }
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

  private static func file(_ path: String, upTo limit: Int) -> [UInt8]? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    return (try? file.read(upToCount: limit)).flatMap { $0 }.map { Array($0) }
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
    situation.changeControls = try changeControls()
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

  /// The organisation's requests in the folder `changes`: `NAME.request.json` and any `NAME.*.approval.json`. One that
  /// does not verify counts for nothing, and is told.
  private func changeControls() throws(ClientError) -> [ChangeControl] {
    guard policy.requiresChangeRequest else { return [] }
    var keys: [PublicKey] = []
    for text in policyFile.changeControlKeys ?? [] {
      guard let bytes = Octets32(hexadecimal: Array(text.utf8)) else {
        throw ClientError(.policy, "\(folder.file("policy.json")): changeControlKeys: 64 hexadecimal digits each")
      }
      keys.append(PublicKey(bytes))
    }
    keys.sort { $0.identifier.hexadecimal.lexicographicallyPrecedes($1.identifier.hexadecimal) }
    let place = folder.file("changes")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted().prefix(1024)
    var controls: [ChangeControl] = []
    for name in names where name.hasSuffix(".request.json") {
      let stem = name.dropLast("request.json".count)
      let approvals = names.filter { $0.hasPrefix(stem) && $0.hasSuffix(".approval.json") }
      guard let request = Self.file(place + "/" + name, upTo: Role.changeRequest.lengthLimit + 1) else { continue }
      do throws(MetadataError) {
        let files = approvals.compactMap { Self.file(place + "/" + $0, upTo: Role.approval.lengthLimit + 1) }
        controls.append(try ChangeControl(request: request, approvals: files, keys: keys))
      } catch {
        tell("warning: \(place)/\(name): \(error.words)")
      }
    }
    return controls
  }
}
