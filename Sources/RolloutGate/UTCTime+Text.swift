public import RolloutMetadata

extension UTCTime {
  /// The moment so many hours later.
  public func adding(hours: Int) -> UTCTime { self + Int64(hours) * 3600 }

  /// Seconds from another moment to this one.
  func seconds(since other: UTCTime) -> Int { Int(self - other) }

  /// Seconds since the week began on Monday, 00:00.
  public var secondOfWeek: Int { Int((seconds + 3 * 86400) % 604_800) }

  /// The date as `2027-01-06`.
  public var dateText: String { String(decoding: text.prefix(10), as: UTF8.self) }
}

extension UTCTime: CustomStringConvertible, Codable {
  /// The moment as `2027-01-06T09:00:00Z`.
  public var description: String { String(decoding: text, as: UTF8.self) }

  /// Reads `2027-01-06T09:00:00Z` and nothing else.
  public init?(_ text: String) { self.init(Array(text.utf8)) }

  /// Reads the moment's text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let time = UTCTime(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is not a time like 2027-01-06T09:00:00Z")
    }
    self = time
  }

  /// Writes the moment's text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Named {
  fileprivate init(nameFrom decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Self(named: Array(text.utf8)) else {
      let kind = "\(Self.self)".lowercased()
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not a \(kind)")
    }
    self = value
  }

  fileprivate func encodeName(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(name)")
  }
}

extension Phase: Codable {
  /// Reads the phase's name.
  public init(from decoder: any Decoder) throws { try self.init(nameFrom: decoder) }
  /// Writes the phase's name.
  public func encode(to encoder: any Encoder) throws { try encodeName(to: encoder) }
}

extension Channel: Codable {
  /// Reads the channel's name.
  public init(from decoder: any Decoder) throws { try self.init(nameFrom: decoder) }
  /// Writes the channel's name.
  public func encode(to encoder: any Encoder) throws { try encodeName(to: encoder) }
}
