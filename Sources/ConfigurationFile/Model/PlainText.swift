/// A piece of text from a file: UTF-8. Two are the same when their bytes are.
public struct PlainText: Sendable, Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The bytes: UTF-8.
  public let bytes: [UInt8]

  /// The text of a string.
  public init(_ string: String) { bytes = Array(string.utf8) }

  /// The text that these bytes are; nil when they are not UTF-8.
  public init?(_ bytes: ArraySlice<UInt8>) {
    guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
    self.bytes = Array(bytes)
  }

  /// A text in a program.
  public init(stringLiteral: String) { self.init(stringLiteral) }

  /// The text as a string.
  public var description: String { String(decoding: bytes, as: UTF8.self) }
}
