/// A closed list of names that stand in documents.
public protocol Named: CaseIterable, Equatable {
  /// The name.
  var name: StaticString { get }
}

extension Named {
  /// The case with this name.
  public init?(named name: [UInt8]) {
    for item in Self.allCases where name == item.name {
      self = item
      return
    }
    return nil
  }
}

/// What is released on its own.
public enum Component: UInt8, Named, Sendable {
  case core
  case portable
  case driver
  case app
  /// Configuration, data and switches: what changes behaviour without being a program.
  case content

  /// The name.
  public var name: StaticString {
    switch self {
    case .core: "core"
    case .portable: "portable"
    case .driver: "driver"
    case .app: "app"
    case .content: "content"
    }
  }
}

/// How early a machine hears of a release.
public enum Channel: UInt8, Named, Sendable {
  /// Asked for by name.
  case insider
  /// Early adopters, test fleets.
  case preview
  /// Everybody.
  case stable
  /// Organisations that move slowly: what has been on all of stable for long.
  case lts
  /// Machines without a network: bundles and change requests only.
  case frozen

  /// The name.
  public var name: StaticString {
    switch self {
    case .insider: "insider"
    case .preview: "preview"
    case .stable: "stable"
    case .lts: "lts"
    case .frozen: "frozen"
    }
  }
}

/// Which of two paths a component takes: the other one unless asked, this one unless asked, this one only.
public enum Phase: UInt8, Named, Sendable {
  case optIn
  case `default`
  case sole

  /// The name.
  public var name: StaticString {
    switch self {
    case .optIn: "optIn"
    case .default: "default"
    case .sole: "sole"
    }
  }
}

/// Serials of one component from the first to the last, both included.
public struct SerialRange: Equatable, Sendable {
  /// The first.
  public let first: UInt64
  /// The last; `first ≤ last`.
  public let last: UInt64

  /// Whether `serial` is one of them.
  public func contains(_ serial: UInt64) -> Bool { serial >= first && serial <= last }
}
