/// Rules of the system that decide beside a tunnel's own which way packets go.
public enum ForeignRules {
  /// Of the lines of `ip rule show`, those that neither the system has from its start nor a tunnel with one of `marks` as
  /// its own; without what stands around their words.
  public static func of(_ lines: [String], marks: Set<UInt32>) -> [String] {
    lines.compactMap { line in
      let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard let priority = words.first, priority.hasSuffix(":") else { return nil }
      let rule = words.dropFirst().joined(separator: " ")
      if usual.contains(rule) { return nil }
      if !marks.isEmpty && rule == "from all lookup main suppress_prefixlength 0" { return nil }
      let places = words.indices.filter { words[$0] == "fwmark" && $0 + 1 < words.count }
      let marked = places.contains { number(words[$0 + 1]).map(marks.contains) ?? false }
      return marked ? nil : "\(priority) \(rule)"
    }
  }

  private static let usual: Set<String> = [
    "from all lookup local", "from all lookup main", "from all lookup default",
  ]

  /// A mark, perhaps with a mask behind it.
  private static func number(_ word: String) -> UInt32? {
    let bare = word.split(separator: "/").first.map(String.init) ?? ""
    return bare.hasPrefix("0x") ? UInt32(bare.dropFirst(2), radix: 16) : UInt32(bare)
  }
}
