extension Rules {
  /// Every row has the cells that its schema wants (ICE03 for data, ICE06 for columns, keys that occur once).
  static func shapeFindings(_ database: Database) -> [Finding] {
    var findings: [Finding] = []
    for table in database.tables {
      func add(_ rule: String, _ text: String) { findings.append(Finding(rule: rule, text: text)) }
      guard let schema = Schema.named(table.schema.name), schema == table.schema else {
        add("ICE06", "\(table.schema.name): not the columns that Windows Installer knows")
        continue
      }
      var keys: Set<[Cell]> = []
      for row in table.rows {
        let place = "\(schema.name) \(table.name(of: Array(row.prefix(schema.columns.count))))"
        guard row.count == schema.columns.count else {
          add("ICE06", "\(place): \(row.count) cells for \(schema.columns.count) columns")
          continue
        }
        if !keys.insert(zip(schema.columns, row).filter(\.0.isKey).map(\.1)).inserted {
          add("ICE03", "\(place): the key occurs twice")
        }
        for (column, cell) in zip(schema.columns, row) {
          if let fault = fault(of: cell, in: column) { add("ICE03", "\(place): \(column.name) \(fault)") }
        }
      }
    }
    return findings
  }

  private static func fault(of cell: Cell, in column: Schema.Column) -> String? {
    switch (cell, column.kind) {
    case (.null, _): return column.isNullable ? nil : "is missing"
    case (.text(let text), .text(let width)):
      if text.isEmpty { return "is an empty text" }
      if width > 0 && text.count > width { return "has more than \(width) characters" }
      return column.isKey || column.name.hasSuffix("_") ? identifierFault(text, width) : nil
    case (.number(let number), .number(let bits)):
      let most = 1 << (bits - 1)
      return (-most..<most).contains(number) ? nil : "is no number of \(bits) bits"
    case (.file(let name), .stream): return name.isEmpty ? "names no file" : nil
    default: return "is of another type"
    }
  }

  /// Keys of 72 characters at most are identifiers, but for a few columns that are keys all the same.
  private static func identifierFault(_ text: String, _ width: Int) -> String? {
    guard width == 72 || width == 38 && !text.hasPrefix("{") else { return nil }
    return isIdentifier(text) ? nil : "“\(text)” is no identifier"
  }

  /// Letters, digits, "_" and "."; a letter or "_" first. Source: "Identifier" among column data types.
  static func isIdentifier(_ text: String) -> Bool {
    func isLetter(_ c: Character) -> Bool { c.isASCII && (c.isLetter || c == "_") }
    guard let first = text.first, isLetter(first) else { return false }
    return text.allSatisfy { isLetter($0) || $0.isASCII && $0.isNumber || $0 == "." }
  }

  /// A GUID in braces and capitals.
  static func isGUID(_ text: String) -> Bool {
    text.wholeMatch(of: /\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}/) != nil
  }
}
