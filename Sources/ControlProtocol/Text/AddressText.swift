public import Octets

extension IPAddress {
  /// The address written in `text`: dotted quad, or IPv6 of any legal spelling (RFC 4291 §2.2) without zone.
  public init?(text: RawSpan) {
    for i in 0..<text.byteCount where text.octet(at: i) == .colon {
      self.init(v6Text: text)
      return
    }
    guard let value = Self.dottedQuad(text) else { return nil }
    self.init(v4: value)
  }

  /// Four decimal numbers below 256 without leading zeros.
  private static func dottedQuad(_ text: RawSpan) -> UInt32? {
    var value: UInt32 = 0
    var field: UInt32 = 0
    var digits = 0
    var dots = 0
    for i in 0..<text.byteCount {
      let byte = text.octet(at: i)
      if byte == .dot {
        guard digits > 0 && dots < 3 else { return nil }
        value = value &<< 8 | field
        dots += 1
        field = 0
        digits = 0
      } else {
        guard let digit = byte.decimalDigit, digits == 0 || field != 0 else { return nil }
        field = field * 10 + UInt32(digit)
        digits += 1
        guard field < 256 else { return nil }
      }
    }
    guard digits > 0 && dots == 3 else { return nil }
    return value &<< 8 | field
  }

  private init?(v6Text text: RawSpan) {
    let end = text.byteCount
    var groups = InlineArray<8, UInt16>(repeating: 0)
    var count = 0
    var gap: Int?
    var place = 0
    if end >= 2 && text.octet(at: 0) == .colon && text.octet(at: 1) == .colon {
      gap = 0
      place = 2
    }
    while place < end {
      let group = Self.group(text, from: place)
      if group.end < end && text.octet(at: group.end) == .dot {
        guard count <= 6, let low = Self.dottedQuad(text.extracting(place..<end)) else { return nil }
        groups[count] = UInt16(truncatingIfNeeded: low &>> 16)
        groups[count + 1] = UInt16(truncatingIfNeeded: low)
        count += 2
        break
      }
      guard let value = group.value, count < 8 else { return nil }
      groups[count] = value
      count += 1
      place = group.end
      if place == end { break }
      guard text.octet(at: place) == .colon && place + 1 < end else { return nil }
      place += 1
      if text.octet(at: place) == .colon {
        guard gap == nil else { return nil }
        gap = count
        place += 1
      }
    }
    // The gap stands for at least one group.
    guard gap == nil ? count == 8 : count < 8 else { return nil }
    var value: UInt128 = 0
    for i in 0..<8 {
      var source = i
      if let gap, i >= gap { source = i < gap + 8 - count ? 8 : i - (8 - count) }
      value = value &<< UInt128(low: 16) | UInt128(low: source < 8 ? UInt64(groups[source]) : 0)
    }
    self.init(family: .v6, value: value)
  }

  /// One to four hexadecimal digits from `start`, and where they end.
  private static func group(_ text: RawSpan, from start: Int) -> (value: UInt16?, end: Int) {
    var value: UInt16 = 0
    var place = start
    while place < text.byteCount, let digit = text.octet(at: place).hexadecimalDigit {
      if place - start == 4 { return (nil, place) }
      value = value &<< 4 | UInt16(digit)
      place += 1
    }
    return (place > start ? value : nil, place)
  }
}

extension Prefix {
  /// The prefix written in `text` as `address/length`; host bits are cleared.
  public init?(text: RawSpan) {
    guard let slash = text.firstOffset(of: .slash) else { return nil }
    guard
      let address = IPAddress(text: text.extracting(0..<slash)),
      let length = UInt16(decimal: text.extracting(slash + 1..<text.byteCount))
    else { return nil }
    self.init(address, length: Int(length))
  }
}

/// An endpoint as text has it: the zone of a link-local address may be a name that only the host can resolve.
@frozen
public struct EndpointText: BitwiseCopyable, Sendable, Equatable {
  /// The endpoint; the scope is set when the zone is a number.
  public var endpoint: Endpoint
  /// The zone when it is a name.
  public var zone: ScopeName?

  /// The endpoint written in `text`: `a.b.c.d:port`, `[v6]:port` or `[v6%zone]:port`, all of it numeric but the zone.
  public init?(text: RawSpan) {
    guard let colon = text.lastOffset(of: .colon), colon > 0 else { return nil }
    guard let port = UInt16(decimal: text.extracting(colon + 1..<text.byteCount)) else { return nil }
    guard text.octet(at: 0) == .openingBracket else {
      guard let address = IPAddress(text: text.extracting(0..<colon)), address.family == .v4 else { return nil }
      endpoint = Endpoint(address, port: port)
      return
    }
    guard colon >= 2 && text.octet(at: colon - 1) == .closingBracket else { return nil }
    let inside = text.extracting(1..<colon - 1)
    let percent = inside.firstOffset(of: .percent) ?? inside.byteCount
    guard let address = IPAddress(text: inside.extracting(0..<percent)), address.family == .v6 else { return nil }
    endpoint = Endpoint(address, port: port)
    guard percent < inside.byteCount else { return }
    let zone = inside.extracting(percent + 1..<inside.byteCount)
    if let scope = UInt32(decimal: zone) {
      endpoint.scope = scope
    } else {
      guard let name = ScopeName(zone) else { return nil }
      self.zone = name
    }
  }
}

extension RawSpan {
  /// Where `octet` first is; nil when it is nowhere.
  func firstOffset(of octet: UInt8) -> Int? {
    for i in 0..<byteCount where self.octet(at: i) == octet { return i }
    return nil
  }

  /// Where `octet` last is; nil when it is nowhere.
  func lastOffset(of octet: UInt8) -> Int? {
    var i = byteCount
    while i > 0 {
      i -= 1
      if self.octet(at: i) == octet { return i }
    }
    return nil
  }
}
