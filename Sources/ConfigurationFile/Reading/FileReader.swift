import Octets

extension ConfigurationDocument {
  /// Reads a file; besides the document, what is strange about it.
  ///
  /// Throws everything that is wrong with the file at once: a file with an error means nothing.
  public static func read(
    _ bytes: [UInt8], dialect: Dialect
  ) throws(ConfigurationFileError) -> (document: ConfigurationDocument, warnings: [Diagnostic]) {
    var reader = FileReader(dialect: dialect)
    do throws(Problem) {
      reader.read(file: try utf8Text(bytes, in: dialect))
    } catch {
      reader.diagnostics = [Diagnostic(line: 1, problem: error)]
    }
    let found = reader.diagnostics.sorted { $0.line < $1.line }
    guard found.allSatisfy({ $0.problem.isWarning }) else { throw ConfigurationFileError(diagnostics: found) }
    return (reader.document, found)
  }
}

/// Reads a file line by line.
struct FileReader {
  /// Where a prefix was listed.
  struct Claim {
    var prefix: Prefix
    var line: Int
    var element: Int
  }

  /// A `[Peer]` section that is under way.
  struct OpenPeer {
    var line: Int
    var isNamed = false
    var keys: Set<Key> = []
    var claims: [Claim] = []
    var peer = ConfigurationDocument.Peer(publicKey: Octets32())
  }

  let dialect: Dialect
  var document = ConfigurationDocument()
  var diagnostics: [Diagnostic] = []
  /// The number of the line that is being read.
  var line = 0
  /// Where the line stands.
  var section: Section?
  /// Where wg-quick thinks that the line stands: it knows sections by a rule of its own.
  private var isInsideQuickInterface = false
  /// Whether the line stands in a section that is not known.
  private var isInsideUnknown = false
  private var interfaceLine: Int?
  private var interfaceKeys: Set<Key> = []
  var openPeer: OpenPeer?
  /// Whose each prefix is: the ordinal of the peer.
  var owners: [PrefixName: Int] = [:]

  init(dialect: Dialect) { self.dialect = dialect }

  mutating func read(file: [UInt8]) {
    for raw in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      read(line: raw)
    }
    closePeer()
    if dialect == .windows && document.interface.privateKey == nil && !interfaceKeys.contains(.privateKey) {
      diagnostics.append(Diagnostic(line: interfaceLine ?? 1, problem: .missingPrivateKey))
    }
  }

  private mutating func read(line raw: Text) {
    let bare = raw.prefix { $0 != UInt8(ascii: "#") }.trimmed
    if dialect == .wgQuick, let key = quickKey(bare) {
      read(key, valueOf(key, in: raw, bare))
      return
    }
    // `wg` takes out all white space; elsewhere it may stand around tokens only.
    let text = dialect == .wg || dialect == .wgQuick ? bare.filter { !$0.isSpace }[...] : bare
    if text.isEmpty { return }
    if let header = Self.header(text, in: dialect) {
      open(header)
    } else if text.first == UInt8(ascii: "[") {
      closePeer()
      section = nil
      isInsideUnknown = true
      report(.unknownSection)
    } else if isInsideUnknown {
      // Reported once, at its start.
    } else if let (name, value) = text.cut(at: UInt8(ascii: "=")) {
      read(name: name.trimmed, raw, value.trimmed)
    } else {
      report(.missingEquals)
    }
  }

  /// The key of a line that wg-quick keeps for itself.
  private mutating func quickKey(_ bare: Text) -> Key? {
    let name = (bare.cut(at: UInt8(ascii: "="))?.before ?? bare).trimmed
    if name.first == UInt8(ascii: "[") { isInsideQuickInterface = name.matches("[Interface]") }
    guard isInsideQuickInterface, bare.contains(UInt8(ascii: "=")) else { return nil }
    return Key.allCases.first { !$0.isCore && name.matches($0.spelling) }
  }

  /// Whether wg-quick keeps the line for itself.
  mutating func isKeptByQuick(_ raw: Text) -> Bool {
    quickKey(raw.prefix { $0 != UInt8(ascii: "#") }.trimmed) != nil
  }

  /// The value of a line: of a hook with everything that looks like a comment.
  private func valueOf(_ key: Key, in raw: Text, _ bare: Text) -> Text {
    let line = key.isHook ? raw : bare
    return line.cut(at: UInt8(ascii: "="))?.after.trimmed ?? []
  }

  private static func header(_ text: Text, in dialect: Dialect) -> Section? {
    var text = text
    if dialect.isShared, text.first == UInt8(ascii: "["), text.last == UInt8(ascii: "]"), text.count >= 2 {
      text = [UInt8(ascii: "[")] + text.dropFirst().dropLast().trimmed + [UInt8(ascii: "]")]
    }
    if text.matches("[Interface]") { return .interface }
    return text.matches("[Peer]") ? .peer : nil
  }

  private mutating func open(_ header: Section) {
    closePeer()
    section = header
    isInsideUnknown = false
    if header == .peer { openPeer = OpenPeer(line: line) } else { interfaceLine = interfaceLine ?? line }
  }

  private mutating func read(name: Text, _ raw: Text, _ value: Text) {
    guard let key = Key.allCases.first(where: { name.matches($0.spelling) }) else {
      return report(.unknownKey, Key.resembling(name, in: dialect))
    }
    guard key.isKnown(in: dialect) else { return report(.notInDialect, key) }
    guard let section else { return report(.outsideSection) }
    // A key of wg-quick that gets here is in no section that wg-quick takes for its own.
    guard key.section == section && (key.isCore || dialect != .wgQuick) else { return report(.wrongSection, key) }
    let value = key.isHook ? valueOf(key, in: raw, raw) : value
    guard !value.isEmpty else { return report(.emptyValue, key) }
    if dialect == .shared(.windows) && !key.isKnown(in: .windows) { report(.ignoredOnWindows, key) }
    read(key, value)
  }

  /// Takes the value of a key that stands where it may.
  private mutating func read(_ key: Key, _ value: Text) {
    let isRepeated: Bool
    if key.section == .interface {
      isRepeated = !interfaceKeys.insert(key).inserted
    } else {
      isRepeated = openPeer?.keys.insert(key).inserted == false
    }
    if isRepeated && !key.accumulates(in: dialect) { report(.repeatedKey, key) }
    if key.section == .interface { readInterface(key, value) } else { readPeer(key, value) }
  }

  mutating func report(_ problem: Problem, _ key: Key? = nil, element: Int? = nil) {
    diagnostics.append(Diagnostic(line: line, key: key, element: element, problem: problem))
  }
}
