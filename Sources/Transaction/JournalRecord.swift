/// One line of a journal.
enum JournalRecord: Equatable {
  /// The transaction begins; what it is for, for people.
  case begin(String)
  /// What step `step` does, and what it found: written before it is performed.
  case step(Int, Action, Memento)
  /// All steps are done: from here on there is no way back.
  case commit
  /// A way back was taken: the steps are being undone, for this reason.
  case back(String)
}

extension JournalRecord {
  private var fields: [String] {
    switch self {
    case .begin(let purpose): ["begin", purpose]
    case .step(let step, let action, let memento):
      ["step", String(step)] + counted(action.fields) + counted(memento.fields)
    case .commit: ["commit"]
    case .back(let reason): ["back", reason]
    }
  }

  private func counted(_ fields: [String]) -> [String] { [String(fields.count)] + fields }

  /// The line with its check sum and its end.
  var line: [UInt8] {
    var line: [UInt8] = []
    for field in fields {
      line += JournalText.escape(field)
      line.append(JournalText.space)
    }
    line += JournalText.checksum(of: line)
    line.append(JournalText.newline)
    return line
  }

  /// A line without its end; nil when it is torn or no line of a journal.
  init?(line: ArraySlice<UInt8>) {
    guard let end = line.lastIndex(of: JournalText.space) else { return nil }
    let body = line[...end]
    guard Array(line[(end + 1)...]) == JournalText.checksum(of: Array(body)) else { return nil }
    var fields: [String] = []
    for word in body.dropLast().split(separator: JournalText.space, omittingEmptySubsequences: false) {
      guard let field = JournalText.unescape(word) else { return nil }
      fields.append(field)
    }
    self.init(fields: fields)
  }

  private init?(fields: [String]) {
    switch (fields.first, fields.count) {
    case ("begin", 2): self = .begin(fields[1])
    case ("commit", 1): self = .commit
    case ("back", 2): self = .back(fields[1])
    case ("step", _):
      var rest = fields.dropFirst(2)
      guard fields.count > 2, let step = Int(fields[1]), let action = Self.take(&rest), let memento = Self.take(&rest),
        rest.isEmpty, let action = Action(fields: action)
      else { return nil }
      self = .step(step, action, Memento(memento))
    default: return nil
    }
  }

  private static func take(_ rest: inout ArraySlice<String>) -> [String]? {
    guard let count = rest.popFirst().flatMap({ Int($0) }), count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}

extension Action {
  /// The action as words of a journal's line.
  var fields: [String] {
    switch self {
    case .copy(let source, let target): ["copy", source, target]
    case .remove(let path): ["remove", path]
    case .redirect(let link, let destination): ["redirect", link, destination]
    case .setting(let key, let name, let data): ["setting", key, name] + (data.map { [$0] } ?? [])
    case .service(let name, let state): ["service", name, state.rawValue]
    case .pause(let service): ["pause", service]
    case .stageDriver(let inf): ["driver", inf]
    case .returnToDriver(let inf): ["return", inf]
    case .withdrawDriver: ["withdraw"]
    case .run(let command, let inverse): ["run", String(command.count)] + command + inverse
    case .special(let kind, let words): ["special", kind] + words
    }
  }

  init?(fields: [String]) {
    switch (fields.first, fields.count) {
    case ("copy", 3): self = .copy(source: fields[1], target: fields[2])
    case ("remove", 2): self = .remove(fields[1])
    case ("redirect", 3): self = .redirect(link: fields[1], destination: fields[2])
    case ("setting", 3): self = .setting(key: fields[1], name: fields[2], data: nil)
    case ("setting", 4): self = .setting(key: fields[1], name: fields[2], data: fields[3])
    case ("service", 3):
      guard let state = ServiceState(rawValue: fields[2]) else { return nil }
      self = .service(name: fields[1], state: state)
    case ("pause", 2): self = .pause(service: fields[1])
    case ("driver", 2): self = .stageDriver(inf: fields[1])
    case ("return", 2): self = .returnToDriver(inf: fields[1])
    case ("withdraw", 1): self = .withdrawDriver
    case ("run", 3...):
      guard let count = Int(fields[1]), count > 0, count <= fields.count - 2 else { return nil }
      self = .run(command: Array(fields[2..<2 + count]), inverse: Array(fields[(2 + count)...]))
    case ("special", 2...): self = .special(kind: fields[1], words: Array(fields[2...]))
    default: return nil
    }
  }
}
