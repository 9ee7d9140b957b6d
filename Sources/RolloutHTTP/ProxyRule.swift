internal import Foundation

/// Which proxy an address is reached by. What the policy says comes first, then the environment's `https_proxy`,
/// `http_proxy` and `no_proxy`. `HTTP_PROXY` in capitals is not looked at: a web server may set it from a visitor's header.
public struct ProxyRule: Equatable, Sendable {
  /// A proxy.
  public struct Proxy: Hashable, Sendable {
    /// Its host.
    public let host: String
    /// Its port.
    public let port: Int
    /// `user:password`; nil when it asks for none.
    public let credentials: String?

    /// A proxy as `http://user:password@host:port`, `http://host:port` or `host:port`; nil when it is none.
    public init?(_ text: String) {
      guard let parts = URLComponents(string: text.contains("://") ? text : "http://" + text),
        parts.scheme?.lowercased() == "http", let host = parts.host, !host.isEmpty
      else { return nil }
      self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
      port = parts.port ?? 8080
      credentials = parts.user.map { $0 + ":" + (parts.password ?? "") }
      guard (1...65_535).contains(port) else { return nil }
    }
  }

  private var secure: Proxy?
  private var plain: Proxy?
  private var exceptions: [Substring] = []

  /// The rule. `policy` is a proxy's address, `none` for no proxy at all, or nil to go by the environment.
  public init(policy: String?, environment: [String: String]) throws(TransferError) {
    func proxy(_ text: String?, _ place: String) throws(TransferError) -> Proxy? {
      guard let text, !text.isEmpty else { return nil }
      if let proxy = Proxy(text) { return proxy }
      throw TransferError(.unusable, "\(place): not a proxy like http://proxy.example:3128")
    }
    if policy == "none" { return }
    exceptions = (environment["no_proxy"] ?? environment["NO_PROXY"] ?? "").lowercased()
      .split { $0 == "," || $0 == " " }
    if let policy {
      secure = try proxy(policy, "proxy")
      plain = secure
    } else {
      secure = try proxy(environment["https_proxy"] ?? environment["HTTPS_PROXY"], "https_proxy")
      plain = try proxy(environment["http_proxy"], "http_proxy")
    }
  }

  /// The proxy for an address; nil when it is reached directly.
  public func proxy(for address: WebAddress) -> Proxy? {
    for exception in exceptions where Self.covers(exception, address) { return nil }
    return address.isSecure ? secure : plain
  }

  /// Whether an entry of `no_proxy` is for an address: `*`, a host, a domain with or without a dot before it, each with a
  /// port or without.
  private static func covers(_ entry: Substring, _ address: WebAddress) -> Bool {
    if entry == "*" { return true }
    var name = entry
    if let colon = entry.lastIndex(of: ":"), entry.firstIndex(of: ":") == colon || entry[..<colon].hasSuffix("]") {
      guard Int(entry[entry.index(after: colon)...]) == address.port else { return false }
      name = entry[..<colon]
    }
    if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
    if name.hasPrefix(".") { name = name.dropFirst() }
    return !name.isEmpty && (address.host == name || address.host.hasSuffix("." + name))
  }
}
