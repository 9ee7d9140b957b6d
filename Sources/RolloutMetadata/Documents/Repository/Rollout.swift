public import Octets

/// How far one serial has come in one channel.
public struct Offer: Equatable, Sendable {
  /// The channel.
  public var channel: Channel
  /// The component.
  public var component: Component
  /// The serial.
  public var serial: UInt64
  /// How much of the fleet may have it, in parts per million; `ppm ≤ cap`.
  public var ppm: UInt32
  /// How far it may be taken.
  public var cap: UInt32
  /// What the buckets of this serial in this channel are made with; never changes.
  public var salt: Octets16
  /// When the step began.
  public var startedAt: UTCTime
  /// Which step it is, from 0.
  public var step: UInt32
  /// The steps, when they are not the channel's own.
  public var steps: [Step]
  /// The hardware classes that have to be represented, when they are not all.
  public var strata: [[UInt8]]

  /// An offer.
  public init(
    channel: Channel, component: Component, serial: UInt64, ppm: UInt32, cap: UInt32 = 1_000_000, salt: Octets16,
    startedAt: UTCTime, step: UInt32 = 0, steps: [Step] = [], strata: [[UInt8]] = []
  ) {
    self.channel = channel
    self.component = component
    self.serial = serial
    self.ppm = ppm
    self.cap = cap
    self.salt = salt
    self.startedAt = startedAt
    self.step = step
    self.steps = steps
    self.strata = strata
  }

  /// Reads an offer, and what stands in its `previous` after it.
  static func read(
    _ json: JSON, _ channel: Channel, _ component: Component, _ place: [UInt8]
  ) throws(MetadataError) -> [Offer] {
    var fields = try Fields(json, .rollout, at: place)
    var previous: [Offer] = []
    if fields.has("previous") {
      let lists = try fields.list("previous", limit: 8) { (json, _, place) throws(MetadataError) -> [Offer] in
        try read(json, channel, component, place)
      }
      for list in lists {
        guard list.count == 1 else { throw fields.fault("previous") }
        previous += list
      }
    }
    let ppm = try fields.ppm("ppm")
    let cap = try fields.ppm("cap")
    guard ppm <= cap else { throw fields.fault("ppm") }
    let offer = Offer(
      channel: channel, component: component, serial: try fields.natural("serial", in: 1...(.max)), ppm: ppm, cap: cap,
      salt: try fields.octets("salt"), startedAt: try fields.time("startedAt"),
      step: UInt32(try fields.natural("step", in: 0...64)),
      steps: try fields.optionalList("steps", limit: 16, Step.init),
      strata: try fields.optionalList("strata", limit: 256) { (json, role, place) throws(MetadataError) -> [UInt8] in
        guard case .text(let name) = json, isIdentifier(name) else { throw MetadataError(.malformed, role, at: place) }
        return name
      })
    try fields.end()
    for i in offer.steps.indices.dropFirst() where offer.steps[i].ppm <= offer.steps[i - 1].ppm {
      throw fields.fault("steps")
    }
    var last = offer.serial
    for earlier in previous {
      guard earlier.serial < last else { throw fields.fault("previous") }
      last = earlier.serial
    }
    return [offer] + previous
  }

  fileprivate func json(previous: [Offer]) -> JSON {
    var members: [JSON.Member] = [
      .init("serial", .natural(serial)), .init("ppm", .natural(UInt64(ppm))), .init("cap", .natural(UInt64(cap))),
      .init("salt", .text(salt.hexadecimal)), .init("startedAt", .text(startedAt.text)),
      .init("step", .natural(UInt64(step))),
    ]
    if !steps.isEmpty { members.append(.init("steps", steps.list { $0.json })) }
    if !strata.isEmpty { members.append(.init("strata", strata.list { .text($0) })) }
    if !previous.isEmpty { members.append(.init("previous", previous.list { $0.json(previous: []) })) }
    return JSON.sorted(members)
  }
}

/// Who gets what: how far each serial has come, who is held back, who is to go back, which brakes are let go.
///
/// Two release keys sign it. It can name only what the releases have.
public struct Rollout: Document {
  /// The kind of document.
  public static var role: Role { .rollout }

  /// The version.
  public var version: UInt64
  /// At most seven days away while a step is open, and 35 otherwise.
  public var expires: UTCTime
  /// By channel and component, the highest serial first.
  public var offers: [Offer]
  /// Who is held back.
  public var holds: [Hold]
  /// Groups that are early or looked at by themselves.
  public var cohorts: [Cohort]
  /// Who is to go back.
  public var rollbacks: [RollbackDirective]
  /// The identifiers of brake entries that two keys have overruled.
  public var lifts: [[UInt8]]

  /// Who gets what.
  public init(
    version: UInt64, expires: UTCTime, offers: [Offer] = [], holds: [Hold] = [], cohorts: [Cohort] = [],
    rollbacks: [RollbackDirective] = [], lifts: [[UInt8]] = []
  ) {
    self.version = version
    self.expires = expires
    self.offers = offers
    self.holds = holds
    self.cohorts = cohorts
    self.rollbacks = rollbacks
    self.lifts = lifts
  }

  /// Reads a payload.
  public init(payload: [UInt8]) throws(MetadataError) {
    var fields = try Fields(payload: payload, as: .rollout)
    version = try fields.natural("version", in: 1...(.max))
    expires = try fields.time("expires")
    let channels = try fields.members("channels", limit: Channel.allCases.count) {
      (name, json, role, place) throws(MetadataError) -> [Offer] in
      guard let channel = Channel(named: name), case .object(let members) = json else {
        throw MetadataError(.malformed, role, at: place)
      }
      var offers: [Offer] = []
      for member in members {
        let place = place + [UInt8(ascii: ".")] + member.name
        guard let component = Component(named: member.name) else { throw MetadataError(.malformed, role, at: place) }
        offers += try Offer.read(member.value, channel, component, place)
      }
      return offers
    }
    var offers: [Offer] = []
    for channel in channels { offers += channel }
    self.offers = offers
    holds = try fields.list("holds", limit: 256, Hold.init)
    cohorts = try fields.optionalList("cohorts", limit: 64, Cohort.init)
    rollbacks = try fields.list("rollbacks", limit: 64, RollbackDirective.init)
    lifts = try fields.optionalList("lifts", limit: 256) { (json, role, place) throws(MetadataError) -> [UInt8] in
      guard case .text(let id) = json, isIdentifier(id) else { throw MetadataError(.malformed, role, at: place) }
      return id
    }
    try fields.end()
    for i in holds.indices {
      for earlier in holds[..<i] where earlier.id == holds[i].id { throw fields.fault("holds") }
    }
  }

  /// The most seconds from now that this document may live.
  public var longestLife: Int64 {
    for offer in offers where offer.ppm < offer.cap { return 7 * 86_400 }
    return Role.rollout.longestLife
  }

  /// The offers of a component in a channel, the highest serial first.
  public func offers(_ channel: Channel, _ component: Component) -> [Offer] {
    var found: [Offer] = []
    for offer in offers where offer.channel == channel && offer.component == component { found.append(offer) }
    return found
  }

  /// The document as canonical JSON, to be signed.
  public var payload: [UInt8] {
    var channels: [JSON.Member] = []
    for channel in Channel.allCases {
      var components: [JSON.Member] = []
      for component in Component.allCases {
        let list = offers(channel, component)
        guard let first = list.first else { continue }
        components.append(.init(component.name, first.json(previous: Array(list.dropFirst()))))
      }
      if !components.isEmpty { channels.append(.init(channel.name, JSON.sorted(components))) }
    }
    var members: [JSON.Member] = [
      .init("version", .natural(version)), .init("expires", .text(expires.text)),
      .init("channels", JSON.sorted(channels)), .init("holds", holds.list { $0.json }),
      .init("rollbacks", rollbacks.list { $0.json }),
    ]
    if !cohorts.isEmpty { members.append(.init("cohorts", cohorts.list { $0.json })) }
    if !lifts.isEmpty { members.append(.init("lifts", lifts.list { .text($0) })) }
    return JSON.document(.rollout, members)
  }
}
