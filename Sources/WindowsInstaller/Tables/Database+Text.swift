extension Table {
  /// The table as `msibuild -i` reads it: names, types, name and keys, then a line a row; tabs between, CRLF behind.
  ///
  /// - Throws: for text that the format has no spelling for here.
  func text() throws(InstallerError) -> String {
    let keys = schema.columns.filter(\.isKey).map(\.name)
    var lines = [
      schema.columns.map(\.name), schema.columns.map(\.type), [schema.name] + keys,
    ].map { $0.joined(separator: "\t") }
    for row in rows {
      var cells: [String] = []
      for cell in row { cells.append(try text(of: cell, in: row)) }
      lines.append(cells.joined(separator: "\t"))
    }
    return lines.map { $0 + "\r\n" }.joined()
  }

  private func text(of cell: Cell, in row: [Cell]) throws(InstallerError) -> String {
    switch cell {
    case .null: return ""
    case .number(let number): return String(number)
    case .text(let text), .file(let text):
      guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value < 0x7f }) else {
        throw InstallerError("\(schema.name) \(name(of: row)): “\(text)” has to be visible ASCII")
      }
      return text
    }
  }
}

extension Database {
  /// The files that `msibuild` makes the package of, by name: a table each that has rows, and the summary.
  ///
  /// - Parameter dateText: how the summary spells `summary.time`, "2026/11/28 00:00:00".
  public func texts(dateText: String) throws(InstallerError) -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    for table in tables where !table.rows.isEmpty {
      texts.append(("\(table.schema.name).idt", try table.text()))
    }
    texts.append(("_SummaryInformation.idt", summaryText(dateText)))
    return texts
  }

  /// Source: "Summary Information Stream Property Set": the numbers are its identifiers.
  private func summaryText(_ date: String) -> String {
    let rows: [(Int, String)] = [
      (1, "1252"), (2, summary.title), (3, summary.subject), (4, summary.author), (5, "Installer"),
      (7, summary.template),
      (9, summary.revision), (12, date), (13, date), (14, String(summary.installerVersion)),
      (15, String(summary.wordCount)), (18, "Needletail"),
      // Read-only is recommended.
      (19, "2"),
    ]
    let lines = ["PropertyId\tValue", "i2\tl255", "_SummaryInformation\tPropertyId"] + rows.map { "\($0.0)\t\($0.1)" }
    return lines.map { $0 + "\r\n" }.joined()
  }
}
