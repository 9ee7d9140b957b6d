/// What is wrong with a file, or strange about it.
public enum Problem: UInt8, Sendable, CaseIterable {
  case notText
  case byteOrderMark
  case outsideSection
  case unknownSection
  case missingEquals
  case unknownKey
  case wrongSection
  case notInDialect
  case emptyValue
  case emptyElement
  case notKey
  case notPort
  case notMark
  case notAddress
  case notPrefix
  case signNotAllowed
  case notEndpoint
  case notKeepalive
  case notMTU
  case notBoolean
  case notTable
  case notNameServer
  case notUnicode
  case missingPublicKey
  case zeroPublicKey
  case missingPrivateKey
  // From here on: warnings.
  case hostBits
  case repeatedKey
  case repeatedPeer
  case repeatedPrefix
  case prefixOfOtherPeer
  case ignoredOnWindows
  case missingBrackets

  /// Whether the file can be used in spite of it.
  public var isWarning: Bool { rawValue >= Problem.hostBits.rawValue }

  /// What is wrong, as a sentence without its end.
  public var summary: String {
    switch self {
    case .notText: "the file is not text"
    case .byteOrderMark: "the file starts with a byte-order mark, which this dialect does not take"
    case .outsideSection: "this line stands before the first section"
    case .unknownSection: "this section is not known"
    case .missingEquals: "this line is not `Key = Value`"
    case .unknownKey: "this key is not known"
    case .wrongSection: "this key belongs into the other section"
    case .notInDialect: "this key has no place in this dialect"
    case .emptyValue: "the value is missing"
    case .emptyElement: "an element of the list is empty"
    case .notKey: "this is not a key"
    case .notPort: "this is not a port"
    case .notMark: "this is not a mark"
    case .notAddress: "this is not an address"
    case .notPrefix: "this is not an address with an optional length"
    case .signNotAllowed: "this dialect knows no `+` and `-` before a prefix"
    case .notEndpoint: "this is not an endpoint"
    case .notKeepalive: "this is not an interval"
    case .notMTU: "this is not an MTU"
    case .notBoolean: "this is neither `true` nor `false`"
    case .notTable: "this is not a routing table"
    case .notNameServer: "this is neither the address of a name server nor a search domain"
    case .notUnicode: "the value is not UTF-8 text"
    case .missingPublicKey: "this peer has no PublicKey"
    case .zeroPublicKey: "this peer's PublicKey is all zeros"
    case .missingPrivateKey: "the interface has no PrivateKey"
    case .hostBits: "the prefix has bits set beyond its length"
    case .repeatedKey: "this key was set before; the last value holds"
    case .repeatedPeer: "this peer has an earlier section; the two are merged"
    case .repeatedPrefix: "this prefix was listed before for the same peer"
    case .prefixOfOtherPeer: "this prefix was listed before for another peer, which loses it"
    case .ignoredOnWindows: "this key has no effect on Windows"
    case .missingBrackets: "the IPv6 address has no brackets"
    }
  }

  /// What to do about it, as a sentence without its end.
  public var remedy: String {
    switch self {
    case .notText: "save it as UTF-8"
    case .byteOrderMark: "save it as UTF-8 without one"
    case .outsideSection: "write `[Interface]` or `[Peer]` above it"
    case .unknownSection: "there are `[Interface]` and `[Peer]`"
    case .missingEquals: "write the key, `=` and the value, or `#` before a comment"
    case .unknownKey: "check its spelling, and that no space is in it"
    case .wrongSection: "move it there"
    case .notInDialect: "remove it, or use the tool that knows it"
    case .emptyValue: "write one or remove the line"
    case .emptyElement: "remove the comma"
    case .notKey: "a key is 44 characters of base 64, as `wg genkey` prints it"
    case .notPort: "write a number from 0 to 65535"
    case .notMark: "write `off`, a number of at most 32 bits, or one in hexadecimal after `0x`"
    case .notAddress: "write for example 10.0.0.1/24 or fd00::1/64"
    case .notPrefix: "write for example 10.0.0.0/8 or fd00::/64"
    case .signNotAllowed: "list all prefixes of the peer"
    case .notEndpoint: "write host:port, or [address]:port for IPv6"
    case .notKeepalive: "write `off` or seconds from 0 to 65535"
    case .notMTU: "write a number from 576 to 65535, or remove the line"
    case .notBoolean: "write one of them"
    case .notTable: "write `auto`, `off`, a number or a table's name"
    case .notNameServer: "write for example 10.0.0.1 or example.com"
    case .notUnicode: "save the file as UTF-8"
    case .missingPublicKey: "add the key that `wg pubkey` prints on the peer's side"
    case .zeroPublicKey: "use the key that `wg pubkey` prints on the peer's side"
    case .missingPrivateKey: "add the one that `wg genkey` prints"
    case .hostBits: "they are ignored"
    case .repeatedKey: "remove one of the lines"
    case .repeatedPeer: "join them"
    case .repeatedPrefix: "remove one of them"
    case .prefixOfOtherPeer: "list it for one peer only"
    case .ignoredOnWindows: "remove it if the file is for Windows alone"
    case .missingBrackets: "write [address]:port"
    }
  }
}

/// A problem and where it is. It names keys that exist and counts elements, but never quotes the file: a misplaced
/// value may be a secret.
public struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
  /// The line, the first being 1; for a peer's missing key the line of its section.
  public var line: Int
  /// The key, or the one that was probably meant.
  public var key: Key?
  /// Which element of a list, the first being 1.
  public var element: Int?
  /// What is wrong.
  public var problem: Problem

  /// A problem at a place.
  public init(line: Int, key: Key? = nil, element: Int? = nil, problem: Problem) {
    self.line = line
    self.key = key
    self.element = element
    self.problem = problem
  }

  /// The place, what is wrong and what to do.
  public var description: String {
    var text = "line \(line): "
    if problem.isWarning { text += "warning: " }
    if let key, problem != .unknownKey { text += "\(key.spelling): " }
    if let element { text += "element \(element): " }
    text += "\(problem.summary); "
    if let key, problem == .unknownKey { text += "was \(key.spelling) meant? Otherwise " }
    return text + problem.remedy
  }
}

/// A file that cannot be used.
public struct ConfigurationFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Everything that was found, in the order of the file; at least one is not a warning.
  public var diagnostics: [Diagnostic]

  /// A file with these problems.
  public init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// One line for each.
  public var description: String { diagnostics.map { $0.description }.joined(separator: "\n") }
}
