/// What all documents have in common.
public protocol Document: Equatable, Sendable {
  /// The kind of document.
  static var role: Role { get }
  /// The version; never falls.
  var version: UInt64 { get }
  /// Until when it is of use.
  var expires: UTCTime { get }
  /// Reads a payload.
  init(payload: [UInt8]) throws(MetadataError)
  /// The document as canonical JSON, to be signed.
  var payload: [UInt8] { get }
}

extension Root: Document {
  /// The kind of document.
  public static var role: Role { .root }
}

extension Timestamp: Document {
  /// The kind of document.
  public static var role: Role { .timestamp }
}

extension Snapshot: Document {
  /// The kind of document.
  public static var role: Role { .snapshot }
}

extension JSON {
  /// The payload of a document: its members, its kind and the format.
  static func document(_ role: Role, _ members: [Member]) -> [UInt8] {
    let common = [
      Member("_type", .text(role.name)), Member("spec", .natural(RolloutMetadata.format)),
    ]
    return sorted(common + members).canonical
  }
}

extension Array {
  /// The elements as a list.
  func list(_ json: (Element) -> JSON) -> JSON {
    var list: [JSON] = []
    for element in self { list.append(json(element)) }
    return .list(list)
  }
}

extension SerialRange {
  /// Both ends.
  var json: JSON { .list([.natural(first), .natural(last)]) }
}
