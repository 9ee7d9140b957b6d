import ControlProtocol
public import Octets

/// Finds what the names in a document stand for; a host does it, with whatever patience it has.
public protocol NameResolver {
  /// The reason why a name cannot be resolved.
  associatedtype Failure: Error

  /// The endpoint of `reference`, which is not numeric.
  func endpoint(_ reference: EndpointReference) throws(Failure) -> Endpoint

  /// The number of the UDP service `name`.
  func port(ofService name: PlainText) throws(Failure) -> UInt16
}

/// Resolves nothing: for documents whose names are all numeric.
public struct NumericOnly: NameResolver, Sendable {
  /// A name that needs resolving.
  public enum Failure: UInt8, Error, Sendable {
    /// A host name or the name of a zone.
    case hostName
    /// The name of a service.
    case serviceName
  }

  /// The resolver.
  public init() {}

  /// Always throws.
  public func endpoint(_ reference: EndpointReference) throws(Failure) -> Endpoint { throw .hostName }
  /// Always throws.
  public func port(ofService name: PlainText) throws(Failure) -> UInt16 { throw .serviceName }
}

extension EndpointReference {
  /// The endpoint, when nothing of it needs resolving.
  public var numeric: Endpoint? {
    guard case .number(let port) = port else { return nil }
    return host.bytes[...].withRawSpan { bytes in
      if let address = IPAddress(text: bytes) { return Endpoint(address, port: port) }
      return nil
    } ?? scoped(port: port)
  }

  /// The endpoint, when the zone is a number.
  private func scoped(port: UInt16) -> Endpoint? {
    let host = host.bytes[...]
    guard let (before, zone) = host.cut(at: UInt8(ascii: "%")) else { return nil }
    guard let address = before.address, address.family == .v6, let scope = zone.number(UInt32.self) else { return nil }
    return Endpoint(address, port: port, scope: scope)
  }
}
