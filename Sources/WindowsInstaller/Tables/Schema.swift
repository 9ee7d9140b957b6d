/// What a table of Windows Installer's is made of: names, types and order of its columns as its documentation has them.
public struct Schema: Equatable, Sendable {
  /// The table's name.
  public let name: String
  /// The columns in their order, the key's first.
  public let columns: [Column]

  /// A column.
  public struct Column: Equatable, Sendable {
    /// Its name; one that ends with "_" points to the key of the table that it is named after.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Whether it may be empty.
    public let isNullable: Bool
    /// Whether it belongs to the key that tells rows apart.
    public let isKey: Bool
    /// Whether it may differ between languages.
    public let isLocalizable: Bool
  }

  /// What a column holds.
  public enum Kind: Equatable, Sendable {
    /// At most so many characters; 0 is any number.
    case text(Int)
    /// 16 or 32 bits.
    case number(bits: Int)
    case stream
  }

  /// `columns` as exported tables spell them ("s72" text, "i2" number, "l64" text that may be translated, "v0" stream;
  /// capitals may be empty), a "*" behind the key's names.
  init(_ name: String, _ columns: [(String, String)]) {
    self.name = name
    self.columns = columns.map { column, type in
      let letter = type.first!
      let width = Int(type.dropFirst())!
      let kind: Kind =
        switch letter.lowercased() {
        case "i": .number(bits: width * 8)
        case "v": .stream
        default: .text(width)
        }
      let isKey = column.hasSuffix("*")
      return Column(
        name: isKey ? String(column.dropLast()) : column, kind: kind, isNullable: letter.isUppercase, isKey: isKey,
        isLocalizable: letter.lowercased() == "l")
    }
  }
}

extension Schema.Column {
  /// The type as exported tables spell it.
  var type: String {
    let (letter, width): (String, Int) =
      switch kind {
      case .text(let width): (isLocalizable ? "l" : "s", width)
      case .number(let bits): ("i", bits / 8)
      case .stream: ("v", 0)
      }
    return (isNullable ? letter.uppercased() : letter) + String(width)
  }
}
