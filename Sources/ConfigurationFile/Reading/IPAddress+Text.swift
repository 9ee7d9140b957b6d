internal import ControlProtocol
public import Octets

extension IPAddress {
  /// The address that a text is, without a zone; nil when it is none.
  public init?(written text: String) {
    guard let address = Array(text.utf8)[...].withRawSpan({ IPAddress(text: $0) }) else { return nil }
    self = address
  }
}
