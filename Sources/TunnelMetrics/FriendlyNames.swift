/// What people call peers, from their configuration files: a comment `# friendly_name = laptop` in a peer's section.
public enum FriendlyNames {
  /// The names in a file by public keys in base 64. What is no name is passed over; of two the last one counts.
  public static func read(_ text: String) -> [String: String] {
    var names: [String: String] = [:]
    var section = Section()
    for line in text.split(whereSeparator: \.isNewline) {
      let words = trim(line)
      if words.hasPrefix("[") {
        section.store(in: &names)
        section = Section(isPeer: words.lowercased() == "[peer]")
      } else if words.hasPrefix("#") {
        if let name = value(of: "friendly_name", in: trim(words.drop { $0 == "#" })) { section.name = name }
      } else if let key = value(of: "publickey", in: trim(words.prefix { $0 != "#" })) {
        section.key = key
      }
    }
    section.store(in: &names)
    return names
  }

  private struct Section {
    var isPeer = false
    var name: String?
    var key: String?

    func store(in names: inout [String: String]) {
      if isPeer, let name, let key, !name.isEmpty { names[key] = name }
    }
  }

  /// What follows `key`, in any case, and an equals sign.
  private static func value(of key: String, in line: Substring) -> String? {
    guard let equals = line.firstIndex(of: "="), trim(line[..<equals]).lowercased() == key else { return nil }
    return String(trim(line[line.index(after: equals)...]))
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
