internal import Foundation

/// An address of a server: `http` or `https`, without a user, a fragment or a way of climbing out.
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
  /// The address as text.
  public let description: String
  /// Whether TLS is spoken.
  public let isSecure: Bool
  /// The host in lower case; of an IPv6 address without its brackets.
  public let host: String
  /// The port.
  public let port: Int

  /// Whether a text names a place in the web, and not a folder.
  public static func isWeb(_ text: String) -> Bool {
    let lower = text.lowercased()
    return lower.hasPrefix("http://") || lower.hasPrefix("https://")
  }

  /// An address; nil when the text is none that is spoken to.
  public init?(_ text: String) {
    guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), Self.isWeb(text),
      let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
      let host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil,
      parts.fragment == nil
    else { return nil }
    isSecure = scheme == "https"
    self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    port = parts.port ?? (isSecure ? 443 : 80)
    guard (1...65_535).contains(port) else { return nil }
    description = text
  }

  /// A file below this address. A query of the address stays where it is: behind the path.
  func file(_ path: String) -> WebAddress? {
    guard var parts = URLComponents(string: description) else { return nil }
    var folder = parts.path
    while folder.hasSuffix("/") { folder.removeLast() }
    parts.path = folder + "/" + path
    return parts.string.flatMap { WebAddress($0) }
  }

  /// Where a redirect leads: nil when the location is none, or leads from TLS to plain text.
  func redirected(to location: String) -> WebAddress? {
    guard let base = URL(string: description), let target = URL(string: location, relativeTo: base)?.absoluteURL,
      let address = WebAddress(target.absoluteString)
    else { return nil }
    return isSecure && !address.isSecure ? nil : address
  }
}
