import Octets

/// Directives as a set request, the client's end of the control socket (protocol.md §23.5).
///
/// Print the beginning, the directives in order, the end. Numbers stand for zones, as every server understands them.
public enum SetRequest {
  /// No piece of a request is longer.
  public static var minimumRoom: Int { 128 }

  /// Prints what comes before the directives; false, with nothing printed, when there is no room.
  @_lifetime(output: copy output)
  public static func printBeginning(into output: inout OutputSpan<UInt8>) -> Bool {
    guard output.freeCapacity >= minimumRoom else { return false }
    output.print("set=1\n")
    return true
  }

  /// Prints what comes after the directives; false, with nothing printed, when there is no room.
  @_lifetime(output: copy output)
  public static func printEnd(into output: inout OutputSpan<UInt8>) -> Bool {
    guard output.freeCapacity >= minimumRoom else { return false }
    output.print("\n")
    return true
  }

  /// Prints one directive; false, with nothing printed, when there is no room.
  @_lifetime(output: copy output)
  public static func print(_ directive: Directive, into output: inout OutputSpan<UInt8>) -> Bool {
    guard output.freeCapacity >= minimumRoom else { return false }
    switch directive {
    case .privateKey(let key): output.print(line: "private_key=", key)
    case .listenPort(let port): output.print(line: "listen_port=", UInt64(port))
    case .fwmark(let mark): output.print(line: "fwmark=", UInt64(mark))
    case .replacePeers: output.print("replace_peers=true\n")
    case .beginPeer(let key): output.print(line: "public_key=", key)
    case .beginExistingPeer(let key):
      output.print(line: "public_key=", key)
      output.print("update_only=true\n")
    case .removePeer(let key):
      output.print(line: "public_key=", key)
      output.print("remove=true\n")
    case .presharedKey(let key): output.print(line: "preshared_key=", key)
    case .endpoint(let endpoint):
      output.print("endpoint=")
      output.print(endpoint)
      output.append(.lineFeed)
    case .persistentKeepalive(let seconds): output.print(line: "persistent_keepalive_interval=", UInt64(seconds))
    case .replaceAllowedIPs: output.print("replace_allowed_ips=true\n")
    case .addAllowedIP(let prefix): output.print(line: "allowed_ip=", prefix)
    case .removeAllowedIP(let prefix): output.print(line: "allowed_ip=-", prefix)
    case .endPeer: break
    }
    return true
  }
}
