extension JSON {
  /// Reads `bytes`, all of which must be one value in canonical form.
  ///
  /// Recursion and storage are bounded by `depthLimit` and `valueLimit`. One pass.
  public init(canonical bytes: [UInt8]) throws(JSONError) {
    var reader = Reader(bytes: bytes)
    self = try reader.value(depth: 0)
    guard reader.place == bytes.count else { throw reader.fault }
  }
}

private struct Reader {
  let bytes: [UInt8]
  var place = 0
  var values = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var fault: JSONError { JSONError(offset: place) }

  /// The byte at the place; 0, which no canonical text has, at the end.
  var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

  mutating func value(depth: Int) throws(JSONError) -> JSON {
    values += 1
    guard values <= JSON.valueLimit else { throw fault }
    switch next {
    case UInt8(ascii: "{"): return .object(try members(depth: depth + 1))
    case UInt8(ascii: "["): return .list(try elements(depth: depth + 1))
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"):
      try literal("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .boolean(false)
    case UInt8(ascii: "-"):
      place += 1
      let magnitude = try number()
      guard magnitude >= 1 && magnitude <= 1 << 63 else { throw fault }
      return .negative(magnitude)
    default: return .natural(try number())
    }
  }

  private mutating func literal(_ text: StaticString) throws(JSONError) {
    for byte in text.octets { try expect(byte) }
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard next == byte else { throw fault }
    place += 1
  }

  /// Steps over `byte` if it is next.
  private mutating func skips(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func members(depth: Int) throws(JSONError) -> [JSON.Member] {
    guard depth <= JSON.depthLimit else { throw fault }
    try expect(UInt8(ascii: "{"))
    var members: [JSON.Member] = []
    if skips(UInt8(ascii: "}")) { return members }
    while true {
      let start = place
      let name = try name()
      if let last = members.last, !last.name.precedes(name) { throw JSONError(offset: start) }
      try expect(UInt8(ascii: ":"))
      members.append(JSON.Member(name, try value(depth: depth)))
      if skips(UInt8(ascii: "}")) { return members }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func elements(depth: Int) throws(JSONError) -> [JSON] {
    guard depth <= JSON.depthLimit else { throw fault }
    try expect(UInt8(ascii: "["))
    var elements: [JSON] = []
    if skips(UInt8(ascii: "]")) { return elements }
    while true {
      elements.append(try value(depth: depth))
      if skips(UInt8(ascii: "]")) { return elements }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func name() throws(JSONError) -> [UInt8] {
    try expect(UInt8(ascii: "\""))
    let start = place
    while next >= 0x20 && next < 0x7f && next != UInt8(ascii: "\"") && next != UInt8(ascii: "\\") { place += 1 }
    let name = Array(bytes[start..<place])
    try expect(UInt8(ascii: "\""))
    return name
  }

  private mutating func text() throws(JSONError) -> [UInt8] {
    try expect(UInt8(ascii: "\""))
    var text: [UInt8] = []
    while !skips(UInt8(ascii: "\"")) {
      switch next {
      case UInt8(ascii: "\\"):
        place += 1
        guard next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") else { throw fault }
        text.append(next)
      case 0x20..<0x7f: text.append(next)
      case 0xc2...0xcb:
        // Two bytes: U+0080 … U+02FF, of which the first 32 are controls.
        let lead = next
        place += 1
        guard next >= (lead == 0xc2 ? 0xa0 : 0x80) && next <= 0xbf else { throw fault }
        text.append(lead)
        text.append(next)
      default: throw fault
      }
      place += 1
    }
    return text
  }

  private mutating func number() throws(JSONError) -> UInt64 {
    let start = place
    var number: UInt64 = 0
    while next >= UInt8(ascii: "0") && next <= UInt8(ascii: "9") {
      let (tens, isTooMuch) = number.multipliedReportingOverflow(by: 10)
      let (sum, isTooMuchNow) = tens.addingReportingOverflow(UInt64(next - UInt8(ascii: "0")))
      guard !isTooMuch && !isTooMuchNow else { throw fault }
      number = sum
      place += 1
    }
    guard place > start, place == start + 1 || bytes[start] != UInt8(ascii: "0") else { throw fault }
    return number
  }
}
