import Octets
import Timeline

extension TextProtocol {
  /// Room that the largest piece takes, the facts of one peer: 441 bytes with every value at its longest.
  static var longestPiece: Int { 448 }
  /// `allowed_ip=` with the longest prefix takes 55 bytes.
  static var longestAllowedIP: Int { 56 }
  /// `errno=-98` and two line ends take 11 bytes.
  static var longestResult: Int { 16 }

  /// Prints the next piece of the reply to a get and moves on; false when there is no room for it.
  @_lifetime(output: copy output)
  mutating func printNext<Target: ConfigurationTarget & ~Copyable>(
    into output: inout OutputSpan<UInt8>, target: inout Target
  ) -> Bool {
    do throws(ConfigurationError) {
      switch phase {
      case .interface:
        guard output.freeCapacity >= Self.longestPiece else { return false }
        try printInterface(into: &output, target: &target)
        peerCursor = PeerCursor()
        phase = .peers
      case .peers:
        guard output.freeCapacity >= Self.longestPiece else { return false }
        let printed = try printPeer(into: &output, target: &target)
        phase = printed ? .allowedIPs : .result(0, thenClose: false)
      default:
        guard output.freeCapacity >= Self.longestAllowedIP else { return false }
        if let prefix = try target.readAllowedIP(after: &allowedIPCursor) {
          output.print(line: "allowed_ip=", prefix)
        } else {
          phase = .peers
        }
      }
    } catch {
      fail(error, target: &target)
    }
    return true
  }

  /// Prints the line that ends a reply and the blank one after it; false when there is no room for them.
  @_lifetime(output: copy output)
  func printResult(_ number: Int32, into output: inout OutputSpan<UInt8>) -> Bool {
    guard output.freeCapacity >= Self.longestResult else { return false }
    output.print("errno=")
    if number < 0 { output.append(.minus) }
    output.print(decimal: UInt64(number.magnitude))
    output.print("\n\n")
    return true
  }

  @_lifetime(output: copy output)
  private func printInterface<Target: ConfigurationTarget & ~Copyable>(
    into output: inout OutputSpan<UInt8>, target: inout Target
  ) throws(ConfigurationError) {
    var facts = InterfaceFacts()
    defer { facts.wipe() }
    try target.read(into: &facts)
    if !facts.privateKey.isZero { output.print(line: "private_key=", facts.privateKey) }
    if facts.listenPort != 0 { output.print(line: "listen_port=", UInt64(facts.listenPort)) }
    if facts.fwmark != 0 { output.print(line: "fwmark=", UInt64(facts.fwmark)) }
  }

  @_lifetime(output: copy output)
  private mutating func printPeer<Target: ConfigurationTarget & ~Copyable>(
    into output: inout OutputSpan<UInt8>, target: inout Target
  ) throws(ConfigurationError) -> Bool {
    var facts = PeerFacts()
    defer { facts.wipe() }
    guard try target.readPeer(after: &peerCursor, into: &facts) else { return false }
    allowedIPCursor = facts.allowedIPs
    output.print(line: "public_key=", facts.publicKey)
    output.print(line: "preshared_key=", facts.presharedKey)
    output.print("protocol_version=1\n")
    if let endpoint = facts.endpoint {
      output.print("endpoint=")
      output.print(endpoint, zone: endpoint.scope == 0 ? nil : target.name(ofScope: endpoint.scope))
      output.append(.lineFeed)
    }
    output.print(line: "last_handshake_time_sec=", facts.lastHandshake.seconds)
    output.print(line: "last_handshake_time_nsec=", UInt64(facts.lastHandshake.nanoseconds))
    output.print(line: "tx_bytes=", facts.sentBytes)
    output.print(line: "rx_bytes=", facts.receivedBytes)
    output.print(line: "persistent_keepalive_interval=", UInt64(facts.persistentKeepalive))
    return true
  }
}
