/// Serials that some machines are not to take, for a reason that is told them.
public struct Hold: Equatable, Sendable {
  /// How sure the publisher is.
  public enum Category: UInt8, Named, Sendable {
    case known
    case likely
    case policy

    /// The name.
    public var name: StaticString {
      switch self {
      case .known: "known"
      case .likely: "likely"
      case .policy: "policy"
      }
    }
  }

  /// The hold's identifier.
  public let id: [UInt8]
  /// The component.
  public let component: Component
  /// The serials.
  public let serials: SerialRange
  /// Which machines.
  public let predicate: Predicate
  /// How sure the publisher is.
  public let category: Category
  /// When it ends, at most 180 days away.
  public let expires: UTCTime
  /// What users are told.
  public let text: [UInt8]?
  /// Where they read on.
  public let url: [UInt8]?

  /// The most seconds from now that a hold may last.
  public static let longestLife: Int64 = 180 * 86_400

  /// A hold.
  public init(
    id: [UInt8], component: Component, serials: SerialRange, predicate: Predicate, category: Category,
    expires: UTCTime, text: [UInt8]? = nil, url: [UInt8]? = nil
  ) {
    self.id = id
    self.component = component
    self.serials = serials
    self.predicate = predicate
    self.category = category
    self.expires = expires
    self.text = text
    self.url = url
  }

  init(_ json: JSON, _ role: Role, _ place: [UInt8]) throws(MetadataError) {
    var fields = try Fields(json, role, at: place)
    id = try fields.identifier("id")
    component = try fields.name("component")
    serials = try fields.serials("serials")
    guard let condition = fields.optional("predicate") else { throw fields.fault("predicate") }
    predicate = try Predicate(condition, role, fields.path(("predicate" as StaticString).octets))
    category = try fields.name("category")
    expires = try fields.time("expires")
    text = try fields.optionalText("text")
    url = try fields.optionalText("url")
    try fields.end()
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init("id", .text(id)), .init("component", .text(component.name)), .init("serials", serials.json),
      .init("predicate", predicate.json), .init("category", .text(category.name)),
      .init("expires", .text(expires.text)),
    ]
    if let text { members.append(.init("text", .text(text))) }
    if let url { members.append(.init("url", .text(url))) }
    return JSON.sorted(members)
  }
}

extension SerialRange {
  /// From `first` to `last`; nil when that is backwards.
  public init?(_ first: UInt64, _ last: UInt64) {
    guard first <= last else { return nil }
    self.init(first: first, last: last)
  }
}
