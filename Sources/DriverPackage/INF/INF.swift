/// An INF file: sections of lines, which are keys and values.
///
/// Microsoft, *General Syntax Rules for INF Files*. Continued lines (a backslash at the end) and included INFs are not
/// read: a package of one driver needs neither.
public struct INF: Sendable {
  /// One line: `key = value, value` or `value, value`.
  public struct Line: Equatable, Sendable {
    /// What stands before the `=`; nil without one.
    public let key: String?
    /// What stands between commas, without quotes and without the spaces around.
    public let values: [String]
    /// Counted from 1.
    public let number: Int
  }

  /// The lines of each section, by its name in lower case: names do not depend on case, and a section may be continued
  /// elsewhere in the file.
  public private(set) var sections: [String: [Line]] = [:]

  /// Reads the text of an INF, encoded as UTF-8 or ASCII.
  public init(_ text: String) throws(PackageError) {
    var section: String?
    for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let line = Self.withoutComment(raw)
      if line.isEmpty { continue }
      if line.first == "[" {
        guard line.last == "]", line.count > 2 else {
          throw PackageError("line \(index + 1): a section's name ends with ]")
        }
        section = line.dropFirst().dropLast().lowercased()
        sections[section ?? "", default: []] += []
        continue
      }
      guard let name = section else { throw PackageError("line \(index + 1) stands before the first section") }
      sections[name]?.append(try Self.line(line, number: index + 1))
    }
    sections = sections.mapValues { $0.map(expanding) }
  }

  /// The lines of a section; empty when there is none.
  public subscript(section: String) -> [Line] { sections[section.lowercased()] ?? [] }

  /// Whether there is such a section.
  public func has(_ section: String) -> Bool { sections[section.lowercased()] != nil }

  /// The values of the only line with this key in a section, or nil.
  public func values(_ section: String, _ key: String) -> [String]? {
    let found = self[section].filter { $0.key?.lowercased() == key.lowercased() }
    return found.count == 1 ? found[0].values : nil
  }

  private static func withoutComment(_ raw: Substring) -> String {
    var isQuoted = false
    var end = raw.endIndex
    for place in raw.indices {
      if raw[place] == "\"" { isQuoted.toggle() }
      if raw[place] == ";" && !isQuoted {
        end = place
        break
      }
    }
    return trimmed(raw[..<end])
  }

  private static func line(_ text: String, number: Int) throws(PackageError) -> Line {
    var parts: [String] = [""]
    var key: String?
    var isQuoted = false
    for character in text {
      switch character {
      case "\"": isQuoted.toggle()
      case "=" where !isQuoted && key == nil && parts.count == 1:
        key = trimmed(parts[0][...])
        parts = [""]
      case "," where !isQuoted: parts.append("")
      default: parts[parts.count - 1].append(character)
      }
    }
    if isQuoted { throw PackageError("line \(number): a quote is not closed") }
    return Line(key: key, values: parts.map { trimmed($0[...]) }, number: number)
  }

  private static func trimmed(_ text: Substring) -> String {
    var rest = text.drop(while: \.isWhitespace)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  /// The line with `%name%` replaced by what [Strings] says.
  private func expanding(_ line: Line) -> Line {
    Line(key: line.key.map(expanding), values: line.values.map(expanding), number: line.number)
  }

  private func expanding(_ text: String) -> String {
    let words = text.split(separator: "%", omittingEmptySubsequences: false)
    guard words.count > 2, words.count % 2 == 1 else { return text }
    var result = String(words[0])
    for pair in stride(from: 1, to: words.count, by: 2) {
      let name = String(words[pair])
      // `%%` is a percent sign, and a number is a folder that the system knows.
      let known = name.isEmpty ? "%" : values("Strings", name)?.first
      result += known ?? "%\(name)%"
      result += words[pair + 1]
    }
    return result
  }
}
