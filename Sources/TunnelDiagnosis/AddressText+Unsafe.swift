import ControlProtocol
public import Octets

/// Addresses that people write.
public enum AddressText {
  /// The address that a text is, a zone apart.
  public static func address(_ text: String) -> IPAddress? {
    let bytes = Array(text.utf8.prefix { $0 != UInt8(ascii: "%") })
    // SAFETY: bytes hold no pointers.
    return IPAddress(text: unsafe bytes.span.bytes)
  }

  /// The prefix that a text is: an address, a slash and a length.
  public static func prefix(_ text: String) -> Prefix? {
    let bytes = Array(text.utf8)
    // SAFETY: bytes hold no pointers.
    return Prefix(text: unsafe bytes.span.bytes)
  }
}
