internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

struct HaltCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halt", abstract: "Stop a serial, or let less of the fleet have it. One key stops, at once.",
    discussion:
      "It ends by itself, after 14 days at most, or when two release keys sign a rollout that lifts its reason.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "The component.") var component: String
  @Argument(help: "The serial.") var serial: UInt64
  @Option(help: "An identifier, as NT-2026-0007, by which it can be lifted.") var reason: String
  @Option(help: "A secret brake key.") var key: String
  @Option(help: "The secret timestamp key: then a mirror that keeps the halt back is found out.") var timestampKey:
    String?
  @Option(help: "How much of the fleet may still have it, in parts per million.") var ppm: UInt32 = 0
  @Option(help: "For how many days, 1 to 14.") var days: Int64 = 14

  func run() throws {
    try common.run { (workspace, now) throws(PublisherError) in
      guard ppm <= 1_000_000 else { throw PublisherError(.usage, "\(ppm) ppm is more than all: 1000000") }
      let halt = Halt(
        component: try named(component, "component"), serial: serial, ppm: ppm, reason: try identifier(reason, "reason")
      )
      guard try workspace.newest(Releases.self)?.release(halt.component, serial) != nil else {
        throw PublisherError(.failure, "\(component) \(serial) is not among the releases")
      }
      return try brake(workspace, halts: [halt], holds: [], days: days, key, timestampKey, now)
    }
  }
}

struct HoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Hold some machines back.", subcommands: [Add.self, List.self, Expire.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hold machines back from serials. One key holds, for 14 days; two in a rollout, for up to 180.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The hold's identifier.") var id: String
    @Option(help: "The component.") var component: String
    @Option(help: "The first and the last serial, as 56-57.") var serials: String
    @Option(help: "Which machines: a condition in canonical JSON, as {\"eq\":[\"nic.driver\",\"netkvm\"]}.")
    var predicate: String
    @Option(help: "How sure it is: known, likely or policy.") var category = "likely"
    @Option(help: "What users are told.") var text: String?
    @Option(help: "Where they read on.") var url: String?
    @Option(help: "For how many days.") var days: Int64 = 14
    @Option(help: "A secret brake key; without one, the hold is drafted in the rollout.") var key: String?
    @Option(help: "The secret timestamp key.") var timestampKey: String?

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        guard (1...180).contains(days) else { throw PublisherError(.usage, "a hold lasts 1 to 180 days, not \(days)") }
        guard let json = try? JSON(canonical: octets(predicate)), let condition = Predicate(json) else {
          throw PublisherError(
            .malformed, "\(predicate): not a condition in canonical JSON: no spaces, depth 8 and 64 parts at most")
        }
        let hold = Hold(
          id: try identifier(id, "hold"), component: try named(component, "component"), serials: try range(serials),
          predicate: condition, category: try named(category, "category"), expires: now + days * 86_400,
          text: text.map { octets($0) }, url: url.map { octets($0) })
        if let key {
          return try brake(workspace, halts: [], holds: [hold], days: min(days, 14), key, timestampKey, now)
        }
        try workspace.editRollout(now: now) { (rollout) throws(PublisherError) in
          rollout.holds.removeAll { $0.id == hold.id }
          rollout.holds.append(hold)
        }
        return try sign(workspace, with: [], roles: [])
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List halts and holds, and who put them there.")
    @OptionGroup var common: CommonOptions

    func run() throws {
      try common.run { (workspace, _) throws(PublisherError) in
        var lines: [String] = []
        var list: [JSON] = []
        func add(_ id: [UInt8], _ what: String, _ expires: UTCTime, _ by: String) {
          lines.append("\(string(id)): \(what), until \(string(expires.text)), by \(by)")
          list.append(
            JSON.sorted([.init("id", .text(id)), .init("expires", .text(expires.text)), .init("by", .words(by))]))
        }
        for hold in try workspace.newest(Rollout.self)?.holds ?? [] {
          add(hold.id, "\(hold.component.name) \(hold.serials.first)-\(hold.serials.last)", hold.expires, "the rollout")
        }
        for (key, brake) in try workspace.brakes() {
          let by = "brake key " + string(key.identifier.hexadecimal.prefix(16) + [])
          for halt in brake.halts {
            add(halt.reason, "\(halt.component.name) \(halt.serial) at \(halt.ppm) ppm", brake.expires, by)
          }
          for hold in brake.holds {
            add(
              hold.id, "\(hold.component.name) \(hold.serials.first)-\(hold.serials.last)",
              min(hold.expires, brake.expires), by)
          }
        }
        return Answer(lines.isEmpty ? ["nothing is held"] : lines, [.init("holds", .list(list))])
      }
    }
  }

  struct Expire: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draft a rollout without a hold, and in which brake entries of that identifier do not count. Two keys.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The identifier of a hold, or the reason of a halt.") var id: String
    @Option(name: .customLong("key"), help: "A secret release key to sign with.") var keys: [String] = []

    func run() throws { try lift(id, common, keys) }
  }
}

struct LiftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lift", abstract: "Draft a rollout in which a halt does not count. Two keys.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "The reason of the halt.") var id: String
  @Option(name: .customLong("key"), help: "A secret release key to sign with.") var keys: [String] = []

  func run() throws { try lift(id, common, keys) }
}

struct FloorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "floor", abstract: "Draft releases with a security floor: no new installation below this serial.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "The component.") var component: String
  @Argument(help: "The least serial.") var serial: UInt64

  func run() throws {
    try common.run { (workspace, now) throws(PublisherError) in
      let component: Component = try named(component, "component")
      try workspace.editReleases(now: now) { (releases) throws(PublisherError) in
        guard releases.release(component, serial) != nil else {
          throw PublisherError(.failure, "\(component.name) \(serial) is not among the releases")
        }
        releases.floors.removeAll { $0.component == component }
        releases.floors.append(.init(component: component, serial: serial))
      }
      return try sign(workspace, with: [], roles: [])
    }
  }
}

struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Draft a rollout that sends machines back to an earlier serial. Two keys.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "The component.") var component: String
  @Option(help: "The serials to leave, as 57-57.") var from: String
  @Option(help: "The serial to go to.") var to: UInt64
  @Option(help: "Why.") var reason: String
  @Option(help: "Whether clients may refuse: advise or require.") var mode = "advise"
  @Option(name: .customLong("key"), help: "A secret release key to sign with.") var keys: [String] = []

  func run() throws {
    try common.run { (workspace, now) throws(PublisherError) in
      let directive = RollbackDirective(
        component: try named(component, "component"), from: try range(from), to: to, mode: try named(mode, "mode"),
        reason: octets(reason))
      try workspace.editRollout(now: now) { (rollout) throws(PublisherError) in rollout.rollbacks.append(directive) }
      return try sign(workspace, with: keys, roles: [.rollout])
    }
  }
}

/// Serials from a text as `56-57`, or one as `57`.
func range(_ text: String) throws(PublisherError) -> SerialRange {
  let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
  if parts.count == 1, let serial = parts[0], serial >= 1, let range = SerialRange(serial, serial) { return range }
  if parts.count == 2, let first = parts[0], let last = parts[1], first >= 1, let range = SerialRange(first, last) {
    return range
  }
  throw PublisherError(.usage, "\(text): write serials as 56-57, the lower one first")
}

private func lift(_ id: String, _ common: CommonOptions, _ keys: [String]) throws {
  try common.run { (workspace, now) throws(PublisherError) in
    let id = try identifier(id, "identifier")
    try workspace.editRollout(now: now) { (rollout) throws(PublisherError) in
      let count = rollout.holds.count
      rollout.holds.removeAll { $0.id == id }
      var isKnown = rollout.holds.count < count
      for (_, brake) in try workspace.brakes() {
        if brake.halts.contains(where: { $0.reason == id }) || brake.holds.contains(where: { $0.id == id }) {
          isKnown = true
        }
      }
      guard isKnown else {
        throw PublisherError(.failure, "nothing is held by \(string(id)); `release hold list` shows what is")
      }
      if !rollout.lifts.contains(id) { rollout.lifts.append(id) }
    }
    return try sign(workspace, with: keys, roles: keys.isEmpty ? [] : [.rollout])
  }
}

private func brake(
  _ workspace: Workspace, halts: [Halt], holds: [Hold], days: Int64, _ key: String, _ timestampKey: String?,
  _ now: UTCTime
) throws(PublisherError) -> Answer {
  let publication: Publication
  if let timestampKey {
    publication = try workspace.brake(
      halts: halts, holds: holds, lasting: days, key: try SecretKey(file: key),
      timestampKey: try SecretKey(file: timestampKey), now: now)
  } else {
    publication = try workspace.brake(
      halts: halts, holds: holds, lasting: days, key: try SecretKey(file: key), timestampKey: nil, now: now)
  }
  var answer = publication.answer
  if timestampKey == nil {
    answer.lines.append("the next `release repo publish` makes clients notice a mirror that keeps this back")
  }
  return answer
}
