/// Where metrics are served: a port of an address, or a socket in the file system.
public enum MetricsAddress: Sendable, Equatable {
  /// A numeric address and a port; 0 is one that is free.
  case port(host: String, port: Int)
  /// The path of a Unix socket.
  case socket(String)

  /// `127.0.0.1:9586`, `[::1]:9586` or `/run/needletail/metrics.sock`; nil when the text is none of these.
  public init?(_ text: String) {
    if text.hasPrefix("/") {
      // What an address of a Unix socket has room for.
      guard text.utf8.count < 108 else { return nil }
      self = .socket(text)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":") else { return nil }
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty else { return nil }
    self = .port(host: String(host), port: Int(port))
  }

  /// Whether only programs of this machine reach it.
  public var isLocal: Bool {
    switch self {
    case .socket: true
    case .port(let host, _): host == "::1" || host == "localhost" || host.hasPrefix("127.")
    }
  }
}
