import ControlProtocol
import Octets
import Synchronization
import Testing

@testable import ToolInput

/// Knows one name and one key, and collects warnings.
final class OneName: ToolHost {
  private let said = Mutex<[String]>([])
  var warnings: [String] { said.withLock { $0 } }

  func port(_ text: String) throws(Complaint) -> UInt16 {
    guard let port = UInt16(text) else { throw Complaint("no port `\(text)'") }
    return port
  }

  func endpoint(host: String, port: String, text: String) throws(Complaint) -> Endpoint {
    guard host == "here" else { throw Complaint("nowhere: `\(text)'") }
    return Endpoint(IPAddress(v4: 0x7f00_0001), port: try self.port(port))
  }

  func keyFile(_ path: String) throws(Complaint) -> Octets32 { Octets32(repeating: UInt8(path.utf8.count)) }

  func warn(_ line: String) { said.withLock { $0.append(line) } }
}

struct DeviceChangeTests {
  private static let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="

  @Test func `arguments become directives in the order that daemons are used to`() throws {
    let words =
      "fwmark 0x10 listen-port 7 peer \(Self.key) allowed-ips 10.1.0.0/16 endpoint here:5 persistent-keepalive off"
    let host = OneName()
    let change = try DeviceChange(arguments: words.split(separator: " ").map(String.init), host: host)
    let prefix = try #require(Prefix(IPAddress(v4: 0x0a01_0000), length: 16))
    var name = Octets32()
    name[31] = 1
    #expect(
      change.directives == [
        .listenPort(7), .fwmark(16), .beginPeer(name), .endpoint(Endpoint(IPAddress(v4: 0x7f00_0001), port: 5)),
        .persistentKeepalive(0), .replaceAllowedIPs, .addAllowedIP(prefix), .endPeer,
      ])
    #expect(host.warnings == [])
  }

  @Test func `host bits are warned of and taken away`() throws {
    let host = OneName()
    let change = try DeviceChange(arguments: ["peer", Self.key, "allowed-ips", "10.1.2.3/8"], host: host)
    #expect(host.warnings == ["Warning: AllowedIP has nonzero host part: 10.1.2.3/8"])
    #expect(change.peers[0].allowedIPs == [AllowedIPChange(Prefix(IPAddress(v4: 0x0a00_0000), length: 8)!)])
  }

  /// X must not replace when one prefix has a sign; otherwise a peer loses what nobody spoke of.
  @Test func `prefixes with a sign come and go, and those without replace`() throws {
    let (ten, eleven) = (
      Prefix(IPAddress(v4: 0x0a00_0000), length: 8)!, Prefix(IPAddress(v4: 0x0b01_0000), length: 16)!
    )
    let rows: [([String], [Directive])] = [
      (["+10.0.0.0/8"], [.addAllowedIP(ten)]), (["-10.0.0.0/8"], [.removeAllowedIP(ten)]),
      (["+10.0.0.0/8, -11.1.0.0/16"], [.addAllowedIP(ten), .removeAllowedIP(eleven)]),
      (["10.0.0.0/8,-11.1.0.0/16"], [.addAllowedIP(ten), .removeAllowedIP(eleven)]),
      (["10.0.0.0/8,11.1.0.0/16"], [.replaceAllowedIPs, .addAllowedIP(ten), .addAllowedIP(eleven)]),
      // The last list says whether all are replaced, as for newer tools.
      (["+10.0.0.0/8", "11.1.0.0/16"], [.replaceAllowedIPs, .addAllowedIP(ten), .addAllowedIP(eleven)]),
      (["11.1.0.0/16", "+10.0.0.0/8"], [.addAllowedIP(eleven), .addAllowedIP(ten)]), ([""], [.replaceAllowedIPs]),
    ]
    for (lists, wanted) in rows {
      let words = ["peer", Self.key] + lists.flatMap { ["allowed-ips", $0] }
      let directives = try DeviceChange(arguments: words, host: OneName()).directives
      #expect(Array(directives.dropFirst().dropLast()) == wanted, "\(lists)")
    }
    for wrong in ["++10.0.0.0/8", "+", "-", "+-10.0.0.0/8", "10.0.0.0/+8", "10.0.0.0/8,+"] {
      #expect(throws: Complaint.self) {
        try DeviceChange(arguments: ["peer", Self.key, "allowed-ips", wrong], host: OneName())
      }
    }
  }

  @Test func `what is wrong is said`() {
    for (words, line) in [
      (["x"], "Invalid argument: x"), (["fwmark"], "Invalid argument: fwmark"),
      (["fwmark", "y"], "Fwmark is neither 0/off nor 0-0xffffffff: `y'"),
      (["listen-port", ""], "Unable to parse empty port"),
      (["peer", Self.key, "endpoint", "[::1"], "Unable to find matching brace of endpoint: `[::1'"),
    ] {
      #expect(throws: Complaint(line)) { try DeviceChange(arguments: words, host: OneName()) }
    }
  }

  @Test func `a file that is the whole clears what it does not say`() throws {
    let file = Array("[Interface]\nListenPort = 9 # nine\n".utf8)
    func read(_ extent: FileExtent) throws -> DeviceChange {
      try file.withRawSpan { span in Result { try DeviceChange(file: span, extent: extent, host: OneName()) } }.get()
    }
    #expect(try read(.whole).directives == [.privateKey(Octets32()), .listenPort(9), .fwmark(0), .replacePeers])
    #expect(try read(.addition).directives == [.listenPort(9)])
    #expect(try read(.tunnel).directives == [.privateKey(Octets32()), .listenPort(9), .replacePeers])
  }

  @Test func `synchronising removes who is missing and keeps who stays`() throws {
    var change = DeviceChange()
    change.replacesPeers = true
    var peer = PeerChange()
    peer.publicKey = Octets32(repeating: 1)
    change.peers = [peer]
    change.synchronise(with: [
      .init(publicKey: Octets32(repeating: 1), hasPresharedKey: true, hasKeepalive: false),
      .init(publicKey: Octets32(repeating: 2), hasPresharedKey: false, hasKeepalive: false),
    ])
    #expect(
      change.directives == [
        .removePeer(Octets32(repeating: 2)), .beginPeer(Octets32(repeating: 1)), .presharedKey(Octets32()), .endPeer,
      ])
  }
}
