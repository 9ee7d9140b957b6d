public import Octets

/// One file of a release.
public struct Artifact: Equatable, Sendable {
  /// What a file is.
  public enum Kind: UInt8, Named, Sendable {
    case msi
    case tar
    case inf
    case sys
    case bundle

    /// The name.
    public var name: StaticString {
      switch self {
      case .msi: "msi"
      case .tar: "tar"
      case .inf: "inf"
      case .sys: "sys"
      case .bundle: "bundle"
      }
    }
  }

  /// The file's name, an identifier: no folders.
  public let name: [UInt8]
  /// Bytes.
  public let size: UInt64
  /// The BLAKE2b-256 of the file, which is also the folder it lies in.
  public let digest: Octets32
  /// The operating system it is for, as `linux` or `windows`.
  public let system: [UInt8]
  /// The processor it is for, as `x86_64` or `aarch64`.
  public let architecture: [UInt8]
  /// What the file is.
  public let kind: Kind

  /// The most bytes of a file: 1 GiB.
  public static let sizeLimit: UInt64 = 1 << 30

  /// A file of a release.
  public init(
    name: [UInt8], size: UInt64, digest: Octets32, system: [UInt8], architecture: [UInt8], kind: Kind
  ) {
    self.name = name
    self.size = size
    self.digest = digest
    self.system = system
    self.architecture = architecture
    self.kind = kind
  }

  /// Reads a file of a release.
  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    name = try fields.identifier("path")
    size = try fields.natural("size", in: 1...Self.sizeLimit)
    digest = try fields.octets("blake2b256")
    var target = try fields.object("target")
    system = try target.identifier("os")
    architecture = try target.identifier("arch")
    try target.end()
    kind = try fields.name("kind")
    try fields.end()
  }

  /// The path of the file in the repository.
  public var path: [UInt8] {
    ("artifacts/" as StaticString).octets + digest.hexadecimal + [UInt8(ascii: "/")] + name
  }

  var json: JSON {
    JSON.sorted([
      .init("path", .text(name)), .init("size", .natural(size)), .init("blake2b256", .text(digest.hexadecimal)),
      .init("target", JSON.sorted([.init("os", .text(system)), .init("arch", .text(architecture))])),
      .init("kind", .text(kind.name)),
    ])
  }
}

/// A switch that administrators may set, and how long there is still something behind it.
public struct KnobState: Equatable, Sendable {
  /// What a knob is for.
  public enum Kind: UInt8, Named, Sendable {
    case policy
    case optIn
    case optOut

    /// The name.
    public var name: StaticString {
      switch self {
      case .policy: "policy"
      case .optIn: "optIn"
      case .optOut: "optOut"
      }
    }
  }

  /// How far gone a knob is. It goes one step a release, and never back.
  public enum Life: UInt8, Named, Sendable {
    case active
    case deprecated
    case retired
    case removed

    /// The name.
    public var name: StaticString {
      switch self {
      case .active: "active"
      case .deprecated: "deprecated"
      case .retired: "retired"
      case .removed: "removed"
      }
    }
  }

  /// The knob's name.
  public let name: [UInt8]
  /// What it is for.
  public let kind: Kind
  /// How far gone it is.
  public let life: Life
  /// The serial from which it has been deprecated, if it is known.
  public let warnAfter: UInt64?
  /// The serial in which it will be gone, if it is known.
  public let removedIn: UInt64?

  /// A knob of a release.
  public init(name: [UInt8], kind: Kind, life: Life, warnAfter: UInt64? = nil, removedIn: UInt64? = nil) {
    self.name = name
    self.kind = kind
    self.life = life
    self.warnAfter = warnAfter
    self.removedIn = removedIn
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    name = try fields.identifier("name")
    kind = try fields.name("kind")
    life = try fields.name("life")
    warnAfter = fields.has("warnAfter") ? try fields.natural("warnAfter", in: 1...(.max)) : nil
    removedIn = fields.has("removedIn") ? try fields.natural("removedIn", in: 1...(.max)) : nil
    try fields.end()
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("name", .text(name)), .init("kind", .text(kind.name)), .init("life", .text(life.name)),
    ]
    if let warnAfter { members.append(.init("warnAfter", .natural(warnAfter))) }
    if let removedIn { members.append(.init("removedIn", .natural(removedIn))) }
    return JSON.sorted(members)
  }
}

/// What else has to be installed: at least this serial of a component.
public struct Constraint: Equatable, Sendable {
  /// The other component.
  public let component: Component
  /// Its least serial.
  public let serial: UInt64

  /// At least `serial` of `component`.
  public init(component: Component, serial: UInt64) {
    self.component = component
    self.serial = serial
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    component = try fields.name("component")
    serial = try fields.natural("minSerial", in: 1...(.max))
    try fields.end()
  }

  var json: JSON { JSON.sorted([.init("component", .text(component.name)), .init("minSerial", .natural(serial))]) }
}

/// One release of one component.
public struct Release: Equatable, Sendable {
  /// The component.
  public var component: Component
  /// Counts releases of the component; what is compared, whatever the version says.
  public var serial: UInt64
  /// What people call it.
  public var version: [UInt8]
  /// Which path it takes.
  public var phase: Phase
  /// Why the phase is a step back, where it is.
  public var phaseReason: [UInt8]?
  /// Whether it mends something that an attacker can use.
  public var isSecurity: Bool
  /// Its files, one for each target and kind.
  public var artifacts: [Artifact]
  /// What else has to be there.
  public var requires: [Constraint]
  /// Serials it makes pointless.
  public var supersedes: [UInt64]
  /// Its knobs, each name once.
  public var knobs: [KnobState]
  /// How it is built.
  public var recipe: [UInt8]
  /// What the build must come to.
  public var buildDigest: Octets32
  /// The BLAKE2b-256 of the release notes.
  public var notesDigest: Octets32

  /// A release.
  public init(
    component: Component, serial: UInt64, version: [UInt8], phase: Phase, phaseReason: [UInt8]? = nil,
    isSecurity: Bool = false, artifacts: [Artifact], requires: [Constraint] = [], supersedes: [UInt64] = [],
    knobs: [KnobState] = [], recipe: [UInt8], buildDigest: Octets32, notesDigest: Octets32
  ) {
    self.component = component
    self.serial = serial
    self.version = version
    self.phase = phase
    self.phaseReason = phaseReason
    self.isSecurity = isSecurity
    self.artifacts = artifacts
    self.requires = requires
    self.supersedes = supersedes
    self.knobs = knobs
    self.recipe = recipe
    self.buildDigest = buildDigest
    self.notesDigest = notesDigest
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    component = try fields.name("component")
    serial = try fields.natural("serial", in: 1...(.max))
    version = try fields.identifier("version")
    phase = try fields.name("phase")
    phaseReason = try fields.optionalText("phaseReason")
    isSecurity = fields.has("security") ? try fields.boolean("security") : false
    artifacts = try fields.list("artifacts", limit: 64, Artifact.init)
    requires = try fields.list("requires", limit: 16, Constraint.init)
    supersedes = try fields.list("supersedes", limit: 64) {
      (json, role, place) throws(MetadataError) -> UInt64 in
      guard case .natural(let serial) = json else { throw MetadataError(.malformed, role, at: place) }
      return serial
    }
    knobs = try fields.list("knobs", limit: 64, KnobState.init)
    var build = try fields.object("reproducible")
    recipe = try build.text("recipe")
    buildDigest = try build.octets("digest")
    try build.end()
    notesDigest = try fields.octets("notesDigest")
    try fields.end()
    guard !artifacts.isEmpty, !hasTwins else { throw fields.fault("artifacts") }
    for serial in supersedes where serial >= self.serial { throw fields.fault("supersedes") }
    for i in knobs.indices {
      for earlier in knobs[..<i] where earlier.name == knobs[i].name { throw fields.fault("knobs") }
    }
  }

  /// Whether two files are the same for a client: of one target and kind.
  private var hasTwins: Bool {
    for i in artifacts.indices {
      for earlier in artifacts[..<i] {
        let (a, b) = (artifacts[i], earlier)
        if a.system == b.system && a.architecture == b.architecture && a.kind == b.kind { return true }
      }
    }
    return false
  }

  /// The knob with this name.
  public func knob(_ name: [UInt8]) -> KnobState? {
    for knob in knobs where knob.name == name { return knob }
    return nil
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("component", .text(component.name)), .init("serial", .natural(serial)), .init("version", .text(version)),
      .init("phase", .text(phase.name)), .init("artifacts", artifacts.list { $0.json }),
      .init("requires", requires.list { $0.json }), .init("supersedes", supersedes.list { .natural($0) }),
      .init("knobs", knobs.list { $0.json }),
      .init(
        "reproducible",
        JSON.sorted([.init("recipe", .text(recipe)), .init("digest", .text(buildDigest.hexadecimal))])),
      .init("notesDigest", .text(notesDigest.hexadecimal)),
    ]
    if let phaseReason { members.append(.init("phaseReason", .text(phaseReason))) }
    if isSecurity { members.append(.init("security", .boolean(true))) }
    return JSON.sorted(members)
  }
}
