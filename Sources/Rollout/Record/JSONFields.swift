internal import RolloutMetadata

/// The members of an object, by name.
struct JSONFields {
  let members: [JSON.Member]

  init?(_ json: JSON) {
    guard case .object(let members) = json else { return nil }
    self.members = members
  }

  subscript(_ name: StaticString) -> JSON? {
    for member in members where member.name == name { return member.value }
    return nil
  }

  func natural(_ name: StaticString) -> UInt64? {
    guard case .natural(let number)? = self[name] else { return nil }
    return number
  }

  func byte(_ name: StaticString) -> UInt8? { natural(name).flatMap { $0 <= 255 ? UInt8($0) : nil } }

  func boolean(_ name: StaticString) -> Bool? {
    guard case .boolean(let value)? = self[name] else { return nil }
    return value
  }

  func name<Value: Named>(_ name: StaticString) -> Value? {
    guard case .text(let text)? = self[name] else { return nil }
    return Value(named: text)
  }

  func text(_ name: StaticString) -> [UInt8]? {
    guard case .text(let text)? = self[name] else { return nil }
    return text
  }

  func list(_ name: StaticString) -> [JSON]? {
    guard case .list(let list)? = self[name] else { return nil }
    return list
  }

  func object(_ name: StaticString) -> JSONFields? { self[name].flatMap { JSONFields($0) } }
}
