import Octets

/// One line of a set request, understood by itself.
enum SetLine: BitwiseCopyable {
  /// A key of the interface part.
  case interface(Directive)
  /// `public_key`: starts a peer's block.
  case publicKey(Octets32)
  /// A key of a peer's block.
  case peer(Directive)
  /// `remove=true`.
  case remove
  /// `update_only=true`.
  case updateOnly
  /// `protocol_version=1`.
  case protocolVersion

  /// Understands `text`, which has neither line end nor carriage return; `target` resolves zones.
  init<Target: ConfigurationTarget & ~Copyable>(
    _ text: RawSpan, target: inout Target
  ) throws(ConfigurationError) {
    guard let equals = text.firstOffset(of: .equals) else { throw .malformedLine }
    let key = text.extracting(0..<equals)
    let value = text.extracting(equals + 1..<text.byteCount)
    if let line = try Self.interfaceLine(key, value) {
      self = line
    } else if let line = try Self.peerLine(key, value) {
      self = line
    } else if key.equals("endpoint") {
      self = .peer(.endpoint(try Self.endpoint(value, target: &target)))
    } else {
      throw .invalidValue
    }
  }

  private static func interfaceLine(_ key: RawSpan, _ value: RawSpan) throws(ConfigurationError) -> SetLine? {
    if key.equals("private_key") { return .interface(.privateKey(try octets(value))) }
    if key.equals("listen_port") {
      guard let port = UInt16(decimal: value) else { throw .invalidValue }
      return .interface(.listenPort(port))
    }
    if key.equals("fwmark") {
      guard let mark = UInt32(decimal: value) else { throw .invalidValue }
      return .interface(.fwmark(mark))
    }
    if key.equals("replace_peers") { return try flag(value, .interface(.replacePeers)) }
    return nil
  }

  private static func peerLine(_ key: RawSpan, _ value: RawSpan) throws(ConfigurationError) -> SetLine? {
    if key.equals("allowed_ip") { return .peer(try allowedIP(value)) }
    if key.equals("public_key") { return .publicKey(try octets(value)) }
    if key.equals("preshared_key") { return .peer(.presharedKey(try octets(value))) }
    if key.equals("persistent_keepalive_interval") {
      guard let seconds = UInt16(decimal: value) else { throw .invalidValue }
      return .peer(.persistentKeepalive(seconds))
    }
    if key.equals("replace_allowed_ips") { return try flag(value, .peer(.replaceAllowedIPs)) }
    if key.equals("update_only") { return try flag(value, .updateOnly) }
    if key.equals("remove") { return try flag(value, .remove) }
    if key.equals("protocol_version") {
      guard value.equals("1") else { throw .invalidValue }
      return .protocolVersion
    }
    return nil
  }

  private static func octets(_ value: RawSpan) throws(ConfigurationError) -> Octets32 {
    guard let octets = Octets32(hexadecimal: value) else { throw .invalidValue }
    return octets
  }

  private static func flag(_ value: RawSpan, _ line: SetLine) throws(ConfigurationError) -> SetLine {
    guard value.equals("true") else { throw .invalidValue }
    return line
  }

  private static func allowedIP(_ value: RawSpan) throws(ConfigurationError) -> Directive {
    let removes = value.byteCount > 0 && value.octet(at: 0) == .minus
    guard let prefix = Prefix(text: value.extracting((removes ? 1 : 0)..<value.byteCount)) else { throw .invalidValue }
    return removes ? .removeAllowedIP(prefix) : .addAllowedIP(prefix)
  }

  private static func endpoint<Target: ConfigurationTarget & ~Copyable>(
    _ value: RawSpan, target: inout Target
  ) throws(ConfigurationError) -> Endpoint {
    guard let text = EndpointText(text: value) else { throw .invalidValue }
    var endpoint = text.endpoint
    if let zone = text.zone {
      guard let scope = target.scope(named: zone) else { throw .invalidValue }
      endpoint.scope = scope
    }
    return endpoint
  }
}
