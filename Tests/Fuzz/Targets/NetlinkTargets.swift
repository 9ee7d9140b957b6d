internal import ControlProtocol
internal import Octets
internal import TunnelNetlink
internal import TunnelReport

/// The kernel's answers, read by everything that reads them, and what becomes of directives that are made of bytes.
enum NetlinkTargets {
  private struct Naming: EndpointNaming {
    func words(host: String, port: String) -> EndpointWords? { EndpointWords(host: host, port: port) }
  }

  private static let family: UInt16 = 0x20

  /// A datagram that the kernel might send.
  static func read(_ datagram: [UInt8]) {
    var reply = DeviceReply(name: "wg0")
    let secret = SecretBytes(capacity: datagram.count)
    for byte in datagram { secret.append(byte) }
    secret.withBytes { bytes in
      do throws(NetlinkFault) {
        _ = try NetlinkReply.read(bytes, sequence: 1) { (kind, content) throws(NetlinkFault) in
          _ = try? FamilyMessages.number(kind: kind, content)
          _ = try? LinkMessages.wireGuard(kind: kind, content)
          try reply.take(kind: kind, content, family: family, naming: Naming())
        }
        // What was read is held to the bytes that it came from: a prefix takes more than 16 of them.
        let prefixes = reply.state.peers.reduce(0) { $0 + $1.allowedIPs.count }
        precondition(prefixes * 16 <= datagram.count && reply.state.peers.count * 32 <= datagram.count)
      } catch {}
    }
  }

  /// Datagrams to start from: what is told to the kernel has the layout of its answers.
  static var seeds: [[UInt8]] {
    let key = Octets32(repeating: 7)
    let prefixes = [
      Prefix(IPAddress(v4: 0x0a00_0000), length: 8), Prefix(IPAddress(v6High: 0xfd << 56, low: 0), length: 8),
    ].compactMap { $0 }
    var changes = DeviceChanges(
      [.privateKey(key), .listenPort(51820), .fwmark(1), .beginPeer(key), .presharedKey(key)]
        + [.endpoint(Endpoint(IPAddress(v4: 0xc000_0201), port: 51820)), .persistentKeepalive(25)]
        + prefixes.map { .addAllowedIP($0) } + [.endPeer, .beginPeer(Octets32(repeating: 8))]
        + [.endpoint(Endpoint(IPAddress(v6High: 0xfe80 << 48, low: 1), port: 53, scope: 4)), .endPeer],
      name: "wg0", family: family)
    let messages = [
      changes.next(sequence: 1), FamilyMessages.request(sequence: 1), LinkMessages.request(sequence: 1),
      DeviceReply.request("wg0", family: family, sequence: 1),
    ]
    return messages.map { message in
      message.withBytes { bytes in (0..<bytes.byteCount).map { bytes.octet(at: $0) } }
    }
  }
}
