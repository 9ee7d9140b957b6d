import ControlProtocol
public import Octets

extension IPAddress {
  /// The address as C's `inet_ntop` writes it: RFC 5952, but IPv4-compatible addresses in mixed notation.
  public var words: String {
    let isCompatible = family == .v6 && value < UInt128(low: 1 << 32) && value >= UInt128(low: 1 << 16)
    let shown = isCompatible ? IPAddress(v4: UInt32(truncatingIfNeeded: value)) : self
    let text = [UInt8](capacity: 39) { $0.print(shown) }
    return (isCompatible ? "::" : "") + String(decoding: text, as: UTF8.self)
  }
}
