/// Which machines a hold or a cohort is about: a total, bounded condition on facts that a machine knows of itself.
///
/// `{"all":[…]}`, `{"any":[…]}`, `{"not":…}`, `{"eq":[fact,value]}`, `{"in":[fact,[value…]]}`, `{"lt":[fact,value]}`,
/// `{"ge":[fact,value]}`, `{"range":[fact,low,high]}` for low ≤ fact < high. An operator that is not among these is kept
/// as `unknown`: who evaluates it takes the safe side.
public indirect enum Predicate: Equatable, Sendable {
  /// What a fact is compared with.
  public enum Value: Equatable, Sendable {
    case natural(UInt64)
    case text([UInt8])
  }

  case all([Predicate])
  case any([Predicate])
  case not(Predicate)
  case equal([UInt8], Value)
  case among([UInt8], [Value])
  case less([UInt8], Value)
  case atLeast([UInt8], Value)
  /// From the first value, included, to the second, excluded.
  case range([UInt8], Value, Value)
  /// Something that another version understands, as it stands in the document.
  case unknown(JSON)

  /// The most operators within one another.
  public static let depthLimit = 8
  /// The most operators and values.
  public static let nodeLimit = 64

  /// The condition that `json` is; nil when it is none, or beyond the bounds.
  public init?(_ json: JSON) {
    guard let condition = try? Predicate(json, .rollout, []) else { return nil }
    self = condition
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var nodes = 0
    self = try Self.read(json, depth: 1, &nodes, MetadataError(.malformed, role, at: place))
  }

  private static func read(
    _ json: JSON, depth: Int, _ nodes: inout Int, _ fault: MetadataError
  ) throws(MetadataError) -> Predicate {
    nodes += 1
    guard depth <= depthLimit, nodes <= nodeLimit else { throw fault }
    guard case .object(let members) = json, members.count == 1 else { throw fault }
    let (name, operand) = (members[0].name, members[0].value)
    if name == "not" { return .not(try read(operand, depth: depth + 1, &nodes, fault)) }
    if name == "all" || name == "any" {
      guard case .list(let list) = operand else { throw fault }
      var parts: [Predicate] = []
      for element in list { parts.append(try read(element, depth: depth + 1, &nodes, fault)) }
      return name == "all" ? .all(parts) : .any(parts)
    }
    guard name == "eq" || name == "in" || name == "lt" || name == "ge" || name == "range" else {
      try count(operand, depth: depth + 1, &nodes, fault)
      return .unknown(json)
    }
    guard case .list(let list) = operand, list.count == (name == "range" ? 3 : 2), case .text(let fact) = list[0],
      isIdentifier(fact)
    else { throw fault }
    if name == "in" {
      guard case .list(let elements) = list[1] else { throw fault }
      var values: [Value] = []
      for element in elements { values.append(try value(element, &nodes, fault)) }
      return .among(fact, values)
    }
    let first = try value(list[1], &nodes, fault)
    if name == "eq" { return .equal(fact, first) }
    if name == "lt" { return .less(fact, first) }
    if name == "ge" { return .atLeast(fact, first) }
    return .range(fact, first, try value(list[2], &nodes, fault))
  }

  private static func value(_ json: JSON, _ nodes: inout Int, _ fault: MetadataError) throws(MetadataError) -> Value {
    nodes += 1
    guard nodes <= nodeLimit else { throw fault }
    switch json {
    case .natural(let number): return .natural(number)
    case .text(let text) where text.count <= Fields.textLimit: return .text(text)
    default: throw fault
    }
  }

  /// Holds what is unknown to the same bounds.
  private static func count(
    _ json: JSON, depth: Int, _ nodes: inout Int, _ fault: MetadataError
  ) throws(MetadataError) {
    nodes += 1
    guard depth <= depthLimit, nodes <= nodeLimit else { throw fault }
    switch json {
    case .list(let elements): for element in elements { try count(element, depth: depth + 1, &nodes, fault) }
    case .object(let members): for member in members { try count(member.value, depth: depth + 1, &nodes, fault) }
    default: break
    }
  }

  /// The condition as it stands in a document.
  public var json: JSON {
    switch self {
    case .all(let parts): .object([.init("all", parts.list { $0.json })])
    case .any(let parts): .object([.init("any", parts.list { $0.json })])
    case .not(let part): .object([.init("not", part.json)])
    case .equal(let fact, let value): .object([.init("eq", .list([.text(fact), value.json]))])
    case .among(let fact, let values):
      .object([.init("in", .list([.text(fact), values.list { $0.json }]))])
    case .less(let fact, let value): .object([.init("lt", .list([.text(fact), value.json]))])
    case .atLeast(let fact, let value): .object([.init("ge", .list([.text(fact), value.json]))])
    case .range(let fact, let low, let high):
      .object([.init("range", .list([.text(fact), low.json, high.json]))])
    case .unknown(let json): json
    }
  }
}

extension Predicate.Value {
  /// The value as it stands in a document.
  public var json: JSON {
    switch self {
    case .natural(let number): .natural(number)
    case .text(let text): .text(text)
    }
  }
}
