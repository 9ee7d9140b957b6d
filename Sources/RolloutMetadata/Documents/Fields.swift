public import Octets

/// The members of an object of a document while they are taken out one by one; what is left over at the end is refused.
///
/// Every function that finds something missing, of another kind or out of range throws `malformed` with the place.
public struct Fields {
  private let members: [JSON.Member]
  private var taken = 0
  /// The kind of document, for errors.
  public let role: Role
  /// Where the object stands in it; empty at the top.
  public let place: [UInt8]

  /// The longest text a document may have, in bytes.
  public static let textLimit = 1024

  /// The object at the top of a payload, in canonical form, of the right kind and format.
  public init(payload: [UInt8], as role: Role) throws(MetadataError) {
    guard let json = try? JSON(canonical: payload) else { throw MetadataError(.notCanonical, role) }
    try self.init(json, role, at: [])
    guard try text("_type") == role.name else { throw MetadataError(.wrongType, role) }
    guard try natural("spec", in: 0...(.max)) == RolloutMetadata.format else { throw fault("spec") }
  }

  /// The object `json` at `place`.
  public init(_ json: JSON, _ role: Role, at place: [UInt8]) throws(MetadataError) {
    guard case .object(let members) = json else { throw MetadataError(.malformed, role, at: place) }
    self.members = members
    self.role = role
    self.place = place
  }

  /// Nothing may be left that nobody took.
  public func end() throws(MetadataError) {
    guard taken == members.count else { throw MetadataError(.malformed, role, at: place) }
  }

  /// The error that the member `name` is wrong.
  public func fault(_ name: StaticString) -> MetadataError {
    MetadataError(.malformed, role, at: path(name.octets))
  }

  /// The place of a member.
  public func path(_ name: [UInt8]) -> [UInt8] {
    place.isEmpty ? name : place + [UInt8(ascii: ".")] + name
  }

  /// The member, if it is there.
  public mutating func optional(_ name: StaticString) -> JSON? {
    for member in members where member.name == name {
      taken += 1
      return member.value
    }
    return nil
  }

  private mutating func required(_ name: StaticString) throws(MetadataError) -> JSON {
    guard let value = optional(name) else { throw fault(name) }
    return value
  }

  /// A number within `range`.
  public mutating func natural(_ name: StaticString, in range: ClosedRange<UInt64>) throws(MetadataError) -> UInt64 {
    guard case .natural(let number) = try required(name), range.contains(number) else { throw fault(name) }
    return number
  }

  /// A whole number of either sign.
  public mutating func integer(_ name: StaticString) throws(MetadataError) -> Int64 {
    switch try required(name) {
    case .natural(let number) where number <= UInt64(Int64.max): return Int64(number)
    case .negative(let magnitude): return Int64(truncatingIfNeeded: 0 &- magnitude)
    default: throw fault(name)
    }
  }

  /// Parts per million.
  public mutating func ppm(_ name: StaticString) throws(MetadataError) -> UInt32 {
    UInt32(try natural(name, in: 0...1_000_000))
  }

  /// True or false.
  public mutating func boolean(_ name: StaticString) throws(MetadataError) -> Bool {
    guard case .boolean(let value) = try required(name) else { throw fault(name) }
    return value
  }

  /// A text of 1 to `textLimit` bytes.
  public mutating func text(_ name: StaticString) throws(MetadataError) -> [UInt8] {
    guard case .text(let text) = try required(name), (1...Self.textLimit).contains(text.count) else {
      throw fault(name)
    }
    return text
  }

  /// A text, if it is there.
  public mutating func optionalText(_ name: StaticString) throws(MetadataError) -> [UInt8]? {
    has(name) ? try text(name) : nil
  }

  /// An identifier: 1 to 64 letters, digits, dots, hyphens and underscores, the first of which is a letter or digit.
  public mutating func identifier(_ name: StaticString) throws(MetadataError) -> [UInt8] {
    let text = try text(name)
    guard isIdentifier(text) else { throw fault(name) }
    return text
  }

  /// A time.
  public mutating func time(_ name: StaticString) throws(MetadataError) -> UTCTime {
    guard let time = UTCTime(try text(name)) else { throw fault(name) }
    return time
  }

  /// A time, if it is there.
  public mutating func optionalTime(_ name: StaticString) throws(MetadataError) -> UTCTime? {
    has(name) ? try time(name) : nil
  }

  /// `count` bytes in hexadecimal.
  public mutating func octets<let count: Int>(_ name: StaticString) throws(MetadataError) -> FixedOctets<count> {
    guard let octets = FixedOctets<count>(hexadecimal: try text(name)) else { throw fault(name) }
    return octets
  }

  /// One of a closed list of names.
  public mutating func name<Item: Named>(_ name: StaticString) throws(MetadataError) -> Item {
    guard let item = Item(named: try text(name)) else { throw fault(name) }
    return item
  }

  /// Two serials, the first no greater than the last.
  public mutating func serials(_ name: StaticString) throws(MetadataError) -> SerialRange {
    guard case .list(let list) = try required(name), list.count == 2, case .natural(let first) = list[0],
      case .natural(let last) = list[1], first >= 1, first <= last
    else { throw fault(name) }
    return SerialRange(first: first, last: last)
  }

  /// The elements of a list of at most `limit`, each read by `read`.
  public mutating func list<Element>(
    _ name: StaticString, limit: Int,
    _ read: (JSON, Role, [UInt8]) throws(MetadataError) -> Element
  ) throws(MetadataError) -> [Element] {
    guard case .list(let list) = try required(name), list.count <= limit else { throw fault(name) }
    var elements: [Element] = []
    for i in 0..<list.count { elements.append(try read(list[i], role, path(name.octets) + index(i))) }
    return elements
  }

  /// The same of a list that may be absent, which is as good as empty.
  public mutating func optionalList<Element>(
    _ name: StaticString, limit: Int,
    _ read: (JSON, Role, [UInt8]) throws(MetadataError) -> Element
  ) throws(MetadataError) -> [Element] {
    has(name) ? try list(name, limit: limit, read) : []
  }

  /// The members of an object of at most `limit`, each name and value read by `read`.
  public mutating func members<Element>(
    _ name: StaticString, limit: Int,
    _ read: ([UInt8], JSON, Role, [UInt8]) throws(MetadataError) -> Element
  ) throws(MetadataError) -> [Element] {
    guard case .object(let list) = try required(name), list.count <= limit else { throw fault(name) }
    var elements: [Element] = []
    for member in list {
      let place = path(name.octets) + [UInt8(ascii: ".")] + member.name
      elements.append(try read(member.name, member.value, role, place))
    }
    return elements
  }

  /// The object of a member.
  public mutating func object(_ name: StaticString) throws(MetadataError) -> Fields {
    try Fields(try required(name), role, at: path(name.octets))
  }

  /// Whether there is such a member.
  public func has(_ name: StaticString) -> Bool {
    for member in members where member.name == name { return true }
    return false
  }
}

/// A place's suffix for the element `i`.
func index(_ i: Int) -> [UInt8] {
  [UInt8(ascii: "[")] + decimal(UInt64(i)) + [UInt8(ascii: "]")]
}

/// Whether a text is an identifier, see `Fields.identifier`, of at most `limit` bytes.
public func isIdentifier(_ text: [UInt8], limit: Int = 64) -> Bool {
  guard let first = text.first, text.count <= limit else { return false }
  func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }
  guard isAlphanumeric(first) else { return false }
  for byte in text {
    let isPunctuation = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    guard isAlphanumeric(byte) || isPunctuation else { return false }
  }
  return true
}
