/// A value of the one form of JSON that metadata has.
///
/// Canonical form: no space between tokens; the names in an object are printable ASCII without quotes and backslashes, and
/// ascend by byte; numbers are whole, without leading zeros, fraction, exponent or a minus before zero, from −2^63 to
/// 2^64 − 1; no null. Texts are UTF-8 of printable characters below U+0300, none of which combines with another, so each
/// text has one form without tables of Unicode; a quote and a backslash stand behind a backslash, and nothing else does.
public enum JSON: Equatable, Sendable {
  case boolean(Bool)
  case natural(UInt64)
  /// Minus the number, which is from 1 to 2^63.
  case negative(UInt64)
  /// The text's UTF-8, without escapes.
  case text([UInt8])
  case list([JSON])
  case object([Member])

  /// A name in an object, and its value.
  public struct Member: Equatable, Sendable {
    /// The name.
    public var name: [UInt8]
    /// The value.
    public var value: JSON

    /// A member of an object.
    public init(_ name: [UInt8], _ value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The most that lists and objects may be nested.
  public static let depthLimit = 32
  /// The most values, those in lists and objects included, that one text may have.
  public static let valueLimit = 131_072
}

/// Where a text stops being canonical JSON.
public struct JSONError: Error, Equatable, Sendable {
  /// The offset of the byte, or the length when the text ends too early.
  public let offset: Int

  /// A fault at `offset`.
  public init(offset: Int) { self.offset = offset }
}

extension JSON {
  /// The members in the order that the canonical form asks for.
  public static func sorted(_ members: [Member]) -> JSON {
    .object(members.sorted { $0.name.precedes($1.name) })
  }

  /// A text.
  public static func text(_ text: StaticString) -> JSON { .text(text.octets) }
}

extension JSON.Member {
  /// A member of an object.
  public init(_ name: StaticString, _ value: JSON) {
    self.init(name.octets, value)
  }
}
