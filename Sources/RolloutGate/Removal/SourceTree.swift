/// The text files of a tree, by their paths.
public struct SourceTree: Equatable, Sendable {
  /// What they have in them.
  public var texts: [String: String]

  /// A tree.
  public init(texts: [String: String]) { self.texts = texts }

  static func lines(of text: String) -> [String] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }

  static func words(of line: String) -> [Substring] { line.split(separator: " ") }

  /// The files that are of a path alone, sorted.
  func files(of path: String) throws(RemovalFault) -> [String] {
    guard
      let line = Self.lines(of: texts[RemovalPlan.description] ?? "").first(where: {
        Self.words(of: $0).first == path[...]
      })
    else { throw .unknown(path: path) }
    var found: Set<String> = []
    for word in Self.words(of: line).dropFirst().map(String.init) {
      let named = word.hasSuffix("/") ? texts.keys.filter { $0.hasPrefix(word) } : texts.keys.filter { $0 == word }
      guard !named.isEmpty else { throw .missing(file: word) }
      found.formUnion(named)
    }
    return found.sorted()
  }

  /// The branches of a path, in the order of files and lines.
  func branches(of path: String) throws(RemovalFault) -> [RemovalPlan.Branch] {
    var branches: [RemovalPlan.Branch] = []
    for (file, text) in texts.sorted(by: { $0.key < $1.key }) {
      var start: Int?
      for (index, line) in Self.lines(of: text).enumerated() {
        let words = Self.words(of: line)
        guard words.count == 3, words[0] == "//", words[2] == path[...] else { continue }
        switch (words[1], start) {
        case ("path", nil): start = index
        case ("end", let first?):
          branches.append(.init(path: file, first: first + 1, lines: index - first + 1))
          start = nil
        case ("path", _), ("end", _): throw .unbalanced(file: file, line: index + 1)
        default: continue
        }
      }
      if let start { throw .unbalanced(file: file, line: start + 1) }
    }
    return branches
  }

  /// The types and functions that a text declares.
  static func declarations(in text: String) -> Set<String> {
    let keywords: Set<Substring> = ["struct", "enum", "class", "protocol", "actor", "func", "typealias"]
    var names: Set<String> = []
    for line in lines(of: text) {
      let words = identifiers(in: line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0])
      for (keyword, name) in zip(words, words.dropFirst()) where keywords.contains(keyword) {
        names.insert(String(name))
      }
    }
    return names
  }

  /// Where any of these words stands, as `FILE:LINE: WORD`.
  func places(of words: Set<String>) -> [String] {
    texts.sorted { $0.key < $1.key }.flatMap { file, text in
      Self.lines(of: text).enumerated().flatMap { index, line in
        Self.identifiers(in: line[...]).filter { words.contains(String($0)) }.map { "\(file):\(index + 1): \($0)" }
      }
    }
  }

  private static func identifiers(in text: Substring) -> [Substring] {
    text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
  }
}
