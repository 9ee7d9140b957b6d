/// A table: its schema, and rows of as many cells as that has columns.
public struct Table: Equatable, Sendable {
  /// What the columns are.
  public let schema: Schema
  /// The rows; a row that does not fit the schema is found by `Rules`.
  public var rows: [[Cell]]

  /// A row by its columns' names; a column that is not named is null.
  ///
  /// - Precondition: the schema has the names.
  mutating func add(_ cells: KeyValuePairs<String, Cell>) {
    var row = [Cell](repeating: .null, count: schema.columns.count)
    for (name, cell) in cells { row[place(of: name)] = cell }
    rows.append(row)
  }

  /// Where a column stands.
  ///
  /// - Precondition: the schema has it.
  func place(of column: String) -> Int {
    guard let place = schema.columns.firstIndex(where: { $0.name == column }) else {
      preconditionFailure("\(schema.name) has no column \(column)")
    }
    return place
  }

  /// A column's cells in the order of the rows.
  public func column(_ name: String) -> [Cell] {
    let place = place(of: name)
    return rows.map { $0[place] }
  }

  /// A column's texts, without empty ones.
  func texts(_ name: String) -> [String] { column(name).compactMap(\.text) }

  /// The rows whose `column` is `value`.
  func rows(where column: String, is value: Cell) -> [[Cell]] {
    let place = place(of: column)
    return rows.filter { $0[place] == value }
  }

  /// The cell of the first row whose first column is `key`.
  func cell(_ key: Cell, _ column: String) -> Cell? { rows.first { $0[0] == key }?[place(of: column)] }

  /// A row's key as text, to tell people which row is meant.
  func name(of row: [Cell]) -> String {
    let keys = zip(schema.columns, row).filter { $0.0.isKey }.map { cell in
      switch cell.1 {
      case .text(let text), .file(let text): text
      case .number(let number): String(number)
      case .null: ""
      }
    }
    return keys.joined(separator: "/")
  }
}

/// The tables of a package, and what stands in its summary.
public struct Database: Equatable, Sendable {
  /// The tables by name, in the order in which they are written.
  public var tables: [Table]
  /// What stands in front of the tables.
  public var summary: Summary

  /// What Windows reads of a package before it opens it.
  public struct Summary: Equatable, Sendable {
    /// What it is: "Installation Database".
    public var title: String
    /// The product, its version, and whether nobody has signed it.
    public var subject: String
    /// The manufacturer.
    public var author: String
    /// Processor and language, "x64;1033".
    public var template: String
    /// The package code: another one for every package that differs in anything.
    public var revision: String
    /// Seconds since 1970.
    public var time: Int
    /// The version of Windows Installer that it takes, times 100.
    public var installerVersion: Int
    /// Whether names are long, files compressed, and the installation elevated: 2, compressed and elevated.
    public var wordCount: Int
  }

  /// Every table of `Schema.all`, empty.
  init(summary: Summary) {
    tables = Schema.all.map { Table(schema: $0, rows: []) }
    self.summary = summary
  }

  /// A table.
  ///
  /// - Precondition: there is a schema for it.
  public subscript(_ name: String) -> Table {
    get { tables[place(of: name)] }
    set { tables[place(of: name)] = newValue }
  }

  private func place(of name: String) -> Int {
    guard let place = tables.firstIndex(where: { $0.schema.name == name }) else {
      preconditionFailure("there is no table \(name)")
    }
    return place
  }
}
