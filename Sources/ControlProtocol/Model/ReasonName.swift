public import Octets

/// What a reason of refusal is called where people and programs read it: 1 to 24 lower-case letters, digits and underscores.
/// Stable, for scripts and metrics.
@frozen
public struct ReasonName: BitwiseCopyable, Sendable, Equatable, ExpressibleByStringLiteral {
  /// The most bytes of a name.
  public static var mostBytes: Int { 24 }

  /// The name's bytes, and zeros behind them.
  public let octets: FixedOctets<24>

  /// The name that is written there; traps when it is longer than `mostBytes`.
  public init(stringLiteral text: StaticString) { octets = FixedOctets(asciiOf: text) }

  /// The name of a reason that is known here; traps when it is longer than `mostBytes`.
  public init(_ text: StaticString) { octets = FixedOctets(asciiOf: text) }

  /// The name in 24 bytes that somebody else wrote; nil when they are none.
  public init?(_ octets: FixedOctets<24>) {
    var count = 0
    while count < Self.mostBytes, octets[count] != 0 {
      switch octets[count] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): count += 1
      default: return nil
      }
    }
    guard count > 0 else { return nil }
    for place in count..<Self.mostBytes where octets[place] != 0 { return nil }
    self.octets = octets
  }
}

extension OutputSpan where Element == UInt8 {
  /// Appends the name; traps when there is no room.
  @_lifetime(self: copy self)
  mutating func print(name: ReasonName) {
    var place = 0
    while place < ReasonName.mostBytes, name.octets[place] != 0 {
      append(name.octets[place])
      place += 1
    }
  }
}
