/// What stands in one place of a table.
public enum Cell: Equatable, Hashable, Sendable {
  case null
  case number(Int)
  case text(String)
  /// The file whose bytes stand here.
  case file(String)

  /// The text, or nil.
  public var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The number, or nil.
  public var number: Int? { if case .number(let number) = self { number } else { nil } }
}

extension Cell: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
  /// A text.
  public init(stringLiteral text: String) { self = .text(text) }
  /// A number.
  public init(integerLiteral number: Int) { self = .number(number) }
  /// Nothing.
  public init(nilLiteral: ()) { self = .null }
  /// A text, and nothing when it is empty.
  init(_ text: String) { self = text.isEmpty ? .null : .text(text) }
}
