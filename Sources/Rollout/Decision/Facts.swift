internal import Octets
public import RolloutMetadata

/// What a machine knows of itself and holds may ask for. Nothing of it is sent anywhere.
public struct Facts: Equatable, Sendable {
  /// A fact and what it is.
  public struct Fact: Equatable, Sendable {
    /// Its name, one of `Facts.names`.
    public let name: [UInt8]
    /// What it is.
    public let value: Predicate.Value

    /// A fact.
    public init(_ name: [UInt8], _ value: Predicate.Value) {
      self.name = name
      self.value = value
    }

    /// A fact with one of the names that are known.
    public init(_ name: StaticString, _ value: Predicate.Value) { self.init(name.octets, value) }

    /// How many peers the machine's tunnels have: 0, or the greatest power of ten that is no more.
    public static func peers(_ count: Int) -> Fact {
      var bucket = 0
      for power in [1, 10, 100, 1000, 10_000] where count >= power { bucket = power }
      return Fact("peerCount.bucket", .natural(UInt64(bucket)))
    }

    /// The tunnels of other programs, by what drives them; `none` when it was looked and there is none.
    public static func others(_ drivers: [[UInt8]]) -> [Fact] {
      let known = drivers.isEmpty ? [("none" as StaticString).octets] : drivers
      return known.map { Fact("coexist.driver", .text($0)) }
    }
  }

  private var facts: [Fact] = []

  /// The facts that a hold may ask for. The language is left out on purpose.
  public static let names: [StaticString] = [
    "os.build", "arch", "nic.driver", "nic.driverVersion", "hvci", "verifier", "peerCount.bucket", "component.serial",
    "coexist.driver", "container",
  ]

  /// Those of `facts` that a hold may ask for. One may be there several times: a machine has two network cards, or two
  /// other tunnels, and what is said of one of them is said of the machine.
  public init(_ facts: [Fact] = []) {
    for fact in facts {
      for name in Self.names where fact.name == name { self.facts.append(fact) }
    }
  }

  /// What a fact is; nothing when it is not known.
  public func values(of name: [UInt8]) -> [Predicate.Value] {
    var values: [Predicate.Value] = []
    for fact in facts where fact.name == name { values.append(fact.value) }
    return values
  }
}

extension Predicate {
  /// What a condition comes to.
  public enum Answer: Equatable, Sendable {
    case yes
    case no
    /// A fact or an operator is not known here.
    case unknown
  }

  /// Whether a hold with this condition applies to a machine: what is not known counts as yes, which is the safe side.
  ///
  /// Total, and in time of the condition's nodes: reading a document has bounded them and their depth.
  public func applies(to facts: Facts) -> Bool { answer(facts) != .no }

  /// The condition with three values: unknown stays unknown unless the rest decides it.
  public func answer(_ facts: Facts) -> Answer {
    switch self {
    case .all(let parts):
      var answer = Answer.yes
      for part in parts {
        let next = part.answer(facts)
        if next == .no { return .no }
        if next == .unknown { answer = .unknown }
      }
      return answer
    case .any(let parts):
      var answer = Answer.no
      for part in parts {
        let next = part.answer(facts)
        if next == .yes { return .yes }
        if next == .unknown { answer = .unknown }
      }
      return answer
    case .not(let part):
      switch part.answer(facts) {
      case .yes: return .no
      case .no: return .yes
      case .unknown: return .unknown
      }
    case .equal(let fact, let value): return Self.ask(facts, fact) { Self.compare($0, value) { $0 == 0 } }
    case .among(let fact, let values):
      return Self.ask(facts, fact) { known in
        var answer = Answer.no
        for value in values {
          let next = Self.compare(known, value) { $0 == 0 }
          if next == .yes { return .yes }
          if next == .unknown { answer = .unknown }
        }
        return answer
      }
    case .less(let fact, let value): return Self.ask(facts, fact) { Self.compare($0, value) { $0 < 0 } }
    case .atLeast(let fact, let value): return Self.ask(facts, fact) { Self.compare($0, value) { $0 >= 0 } }
    case .range(let fact, let low, let high):
      return Self.ask(facts, fact) { known in
        let above = Self.compare(known, low) { $0 >= 0 }
        let below = Self.compare(known, high) { $0 <= 0 }
        if above == .no || below == .no { return .no }
        return above == .yes && below == .yes ? .yes : .unknown
      }
    case .unknown: return .unknown
    }
  }

  /// Whether one of a fact's values is such; unknown when there is none.
  private static func ask(_ facts: Facts, _ fact: [UInt8], _ answer: (Value) -> Answer) -> Answer {
    var result: Answer?
    for value in facts.values(of: fact) {
      let next = answer(value)
      if next == .yes { return .yes }
      if next == .unknown || result == nil { result = next }
    }
    return result ?? .unknown
  }

  private static func compare(_ known: Value, _ value: Value, _ holds: (Int) -> Bool) -> Answer {
    switch (known, value) {
    case (.natural(let left), .natural(let right)): return holds(left < right ? -1 : left == right ? 0 : 1) ? .yes : .no
    case (.text(let left), .text(let right)): return holds(order(left, right)) ? .yes : .no
    // A number and a text are not compared: what was meant is not known.
    case (.natural, .text), (.text, .natural): return .unknown
    }
  }

  /// Texts by runs of digits, as numbers of any length, and by the bytes between: 100.9 is below 100.85.
  static func order(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var i = 0
    var j = 0
    while i < left.count && j < right.count {
      if isDigit(left[i]) && isDigit(right[j]) {
        let a = number(left, &i)
        let b = number(right, &j)
        if a.count != b.count { return a.count < b.count ? -1 : 1 }
        for place in 0..<a.count where left[a.lowerBound + place] != right[b.lowerBound + place] {
          return left[a.lowerBound + place] < right[b.lowerBound + place] ? -1 : 1
        }
      } else {
        if left[i] != right[j] { return left[i] < right[j] ? -1 : 1 }
        i += 1
        j += 1
      }
    }
    return i < left.count ? 1 : j < right.count ? -1 : 0
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// The run of digits at a place, without leading zeros; the place is moved behind it.
  private static func number(_ text: [UInt8], _ place: inout Int) -> Range<Int> {
    while place < text.count && text[place] == 0x30 { place += 1 }
    let start = place
    while place < text.count && isDigit(text[place]) { place += 1 }
    return start..<place
  }
}
