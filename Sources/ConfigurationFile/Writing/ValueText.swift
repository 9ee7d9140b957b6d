import ControlProtocol
public import Octets

// Values as a file has them.

extension InterfaceAddress {
  /// For example `10.0.0.1/24`.
  public var text: String { "\(address.text)/\(length)" }
}

extension AllowedIP {
  /// For example `10.0.0.0/8`, or `-10.0.0.0/8` for one that is taken away.
  public var text: String {
    let written = "\(prefix.address.text)/\(prefix.length)"
    return switch change {
    case .listed: written
    case .added: "+" + written
    case .removed: "-" + written
    }
  }
}

extension PortReference {
  /// The number or the name.
  public var text: String {
    switch self {
    case .number(let number): String(number)
    case .service(let name): name.description
    }
  }
}

extension EndpointReference {
  /// Host and port, an IPv6 address in brackets.
  public var text: String { (host.bytes.contains(UInt8(ascii: ":")) ? "[\(host)]" : "\(host)") + ":" + port.text }
}

extension DNSEntry {
  /// The address with its zone, or the domain.
  public var text: String {
    switch self {
    case .server(let address, let zone): address.text + (zone.map { "%\($0)" } ?? "")
    case .domain(let name): name.description
    }
  }
}

extension RoutingTable {
  /// `auto`, `off`, or the table's name.
  public var text: String {
    switch self {
    case .automatic: "auto"
    case .off: "off"
    case .named(let name): name.description
    }
  }
}

extension IPAddress {
  /// The address in its canonical form (RFC 5952).
  public var text: String { printed(capacity: 39) { $0.print(self) } }
}

extension Octets32 {
  /// The key in base 64.
  var base64: String { printed(capacity: 44) { $0.print(base64: self) } }
}

private func printed(capacity: Int, _ print: (inout OutputSpan<UInt8>) -> Void) -> String {
  String(decoding: [UInt8](capacity: capacity, initializingWith: print), as: UTF8.self)
}
