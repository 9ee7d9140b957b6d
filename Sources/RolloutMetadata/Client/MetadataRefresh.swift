public import Octets

/// One walk through a repository, from what was trusted to what is trusted next.
///
/// The host asks for `request`, brings the bytes from wherever it likes (or nil when there are none) with `supply`, and
/// goes on until there is no further request. It fetches no more than the request's limit. What is trusted after each step
/// may be stored: progress is never wrong, it is only not yet enough. Everything is a function of the arguments.
///
/// The order: new roots one by one; the timestamp; each key's brake, even when the timestamp was refused; then, if the
/// snapshot is another one, the snapshot and what it names, which is trusted as a whole or not at all.
public struct MetadataRefresh: Sendable {
  /// A file that is wanted.
  public struct Request: Equatable, Sendable {
    /// Its path in the repository.
    public let path: [UInt8]
    /// What it should be.
    public let role: Role
    /// The most bytes it may have. More is `lengthExceeded`, and reading may stop there.
    public let limit: Int
  }

  /// Something that is wrong and stops nothing.
  public enum Warning: Equatable, Sendable {
    /// The clock is more than a day behind what signed metadata proves.
    case clockBehind
    /// A brake file was not taken in.
    case brakeRefused(Octets32, MetadataError)
  }

  enum Stage: Equatable {
    case root
    case timestamp
    case brake(Int)
    case snapshot
    case file(Role)
    case done
  }

  /// The most new roots in one walk.
  public static let rootStepLimit = 64

  /// What is trusted so far.
  public internal(set) var trusted: TrustedSet
  /// Why the walk ended early, or why nothing may be decided on what it came to; nil when all is well.
  public internal(set) var failure: MetadataError?
  /// What is wrong besides.
  public internal(set) var warnings: [Warning] = []
  /// The host's clock.
  public let systemClock: UTCTime

  var stage = Stage.root
  var rootSteps = 0
  var candidate: Candidate?

  /// What hangs together, while not all of it is there.
  struct Candidate {
    var snapshot: Trusted<Snapshot>
    var releases: Trusted<Releases>?
    var rollout: Trusted<Rollout>?
    var evidence: Trusted<Evidence>?
  }

  /// A walk that begins with what is trusted.
  public init(_ trusted: TrustedSet, systemClock: UTCTime) {
    self.trusted = trusted
    self.systemClock = systemClock
    if trusted.isBehind(systemClock: systemClock) { warnings.append(.clockBehind) }
  }

  /// Walks to the end with files from `fetch`, which is given a path and a limit.
  public static func run(
    _ trusted: TrustedSet, systemClock: UTCTime, fetch: (_ path: [UInt8], _ limit: Int) -> [UInt8]?
  ) -> MetadataRefresh {
    var refresh = MetadataRefresh(trusted, systemClock: systemClock)
    while let request = refresh.request { refresh.supply(fetch(request.path, request.limit)) }
    return refresh
  }

  /// The file that is wanted next; nil when the walk is over.
  public var request: Request? {
    switch stage {
    case .root:
      return Request(
        path: Self.path(.root, version: trusted.root.document.version &+ 1), role: .root, limit: Role.root.lengthLimit)
    case .timestamp:
      return Request(
        path: ("timestamp.json" as StaticString).octets, role: .timestamp, limit: Role.timestamp.lengthLimit)
    case .brake(let i):
      return Request(
        path: Self.brakePath(of: brakeKeys[i].identifier), role: .brake, limit: Role.brake.lengthLimit)
    case .snapshot:
      guard let timestamp = trusted.timestamp?.document else { return nil }
      return Request(
        path: Self.path(.snapshot, version: timestamp.snapshotVersion), role: .snapshot,
        limit: timestamp.snapshotLength)
    case .file(let role):
      guard let file = candidate?.snapshot.document.file(role) else { return nil }
      return Request(path: Self.path(role, version: file.version), role: role, limit: file.length)
    case .done: return nil
    }
  }

  /// Takes the file that `request` asks for; nil when there is none.
  public mutating func supply(_ file: [UInt8]?) {
    switch stage {
    case .root: supplyRoot(file)
    case .timestamp:
      attempt { (refresh) throws(MetadataError) in try refresh.takeTimestamp(file) }
      stage = .brake(0)
      if brakeKeys.isEmpty { endBrakes() }
    case .brake(let i):
      takeBrake(file, of: brakeKeys[i])
      stage = .brake(i + 1)
      if i + 1 == brakeKeys.count { endBrakes() }
    case .snapshot:
      attempt { (refresh) throws(MetadataError) in try refresh.takeSnapshot(file) }
      advance(after: nil)
    case .file(let role):
      attempt { (refresh) throws(MetadataError) in try refresh.take(role, file) }
      advance(after: role)
    case .done: break
    }
  }

  /// The path of a file in the repository.
  public static func path(_ role: Role, version: UInt64) -> [UInt8] {
    decimal(version) + [UInt8(ascii: ".")] + role.name.octets + (".json" as StaticString).octets
  }

  /// The path of a key's brake file in the repository.
  public static func brakePath(of key: Octets32) -> [UInt8] {
    ("brake/" as StaticString).octets + key.hexadecimal + (".json" as StaticString).octets
  }

  var brakeKeys: [PublicKey] { trusted.root.document.keys(.brake)?.keys ?? [] }

  /// The time to judge by.
  var now: UTCTime { trusted.now(systemClock: systemClock) }

  /// Runs a step of the walk, and keeps the first failure.
  mutating func attempt(_ step: (inout MetadataRefresh) throws(MetadataError) -> Void) {
    do throws(MetadataError) {
      try step(&self)
    } catch {
      if failure == nil { failure = error }
    }
  }

  private mutating func supplyRoot(_ file: [UInt8]?) {
    guard let file else {
      // There is no newer one: the one there is has to be in force.
      if trusted.root.document.expires <= now { failure = MetadataError(.expired, .root) }
      stage = failure == nil ? .timestamp : .done
      return
    }
    attempt { (refresh) throws(MetadataError) in try refresh.takeRoot(file) }
    if failure != nil { stage = .done }
  }

  private mutating func endBrakes() {
    guard failure == nil, let timestamp = trusted.timestamp else {
      stage = .done
      return
    }
    let isSame = trusted.snapshot.map { $0.fileDigest == timestamp.document.snapshotDigest } ?? false
    stage = isSame ? .done : .snapshot
    if isSame { failure = trusted.fault(systemClock: systemClock) }
  }

  /// Goes on to the next file of the snapshot that is not there yet.
  private mutating func advance(after role: Role?) {
    guard failure == nil, let candidate else {
      stage = .done
      return
    }
    var isPast = role == nil
    for next in Snapshot.roles {
      if isPast, let file = candidate.snapshot.document.file(next), !isTrusted(file) {
        stage = .file(next)
        return
      }
      if next == role { isPast = true }
    }
    attempt { (refresh) throws(MetadataError) in try refresh.adopt() }
    if failure == nil { failure = trusted.fault(systemClock: systemClock) }
    stage = .done
  }
}
