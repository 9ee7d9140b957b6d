import Foundation
import Synchronization

/// A key pair, made by the stock tool.
struct Identity: Sendable {
  let privateKey: String
  let publicKey: String

  static func make() async throws -> Identity {
    let key = try await Command("wg", "genkey").run().output
    var derive = Command("wg", "pubkey")
    derive.input = key
    let publicKey = try await derive.run().output
    return Identity(privateKey: key.trimmed, publicKey: publicKey.trimmed)
  }
}

extension String {
  var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}

/// What a tunnel end is configured to be; survives a restart of the end.
struct Settings: Sendable {
  var listenPort: UInt16
  var peer: String
  var presharedKey: String?
  var endpoint: String?
  var allowed: [String]
  var keepalive = 0
  var mark = 0
  var mtu = 1420

  /// The configuration as `wg setconf` reads it.
  func configuration(privateKey: String) -> String {
    var lines = ["[Interface]", "PrivateKey = \(privateKey)", "ListenPort = \(listenPort)"]
    if mark != 0 { lines.append("FwMark = \(mark)") }
    lines += ["[Peer]", "PublicKey = \(peer)", "AllowedIPs = \(allowed.joined(separator: ", "))"]
    if let presharedKey { lines.append("PresharedKey = \(presharedKey)") }
    if let endpoint { lines.append("Endpoint = \(endpoint)") }
    if keepalive != 0 { lines.append("PersistentKeepalive = \(keepalive)") }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// One end of a tunnel: a WireGuard interface with one peer, configured with the stock tools.
final class TunnelEnd: Sendable {
  let site: any Site
  let engine: any Engine
  let interface: String
  let identity: Identity
  let inner: Addresses
  private let current: Mutex<Settings>

  init(site: any Site, engine: any Engine, interface: String, identity: Identity, inner: Addresses, settings: Settings)
  {
    self.site = site
    self.engine = engine
    self.interface = interface
    self.identity = identity
    self.inner = inner
    current = Mutex(settings)
  }

  var settings: Settings {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  /// Creates the interface, configures it, gives it its addresses and sets it up.
  func bringUp() async throws {
    try await engine.start(interface, at: site)
    try await site.script(
      "wg setconf \(interface) /dev/stdin\n" + addressing,
      input: settings.configuration(privateKey: identity.privateKey))
  }

  /// The lines that give the interface MTU and addresses and set it up. IPv6 wants an MTU of at least 1280.
  var addressing: String {
    var lines = [
      "ip link set \(interface) mtu \(settings.mtu) up", "ip address replace \(inner.v4)/24 dev \(interface)",
    ]
    if settings.mtu >= 1280 {
      lines += ["ip address replace \(inner.v6)/64 dev \(interface) nodad", settling(inner.v6)]
    }
    return lines.joined(separator: "\n")
  }

  /// Ends the daemon or removes the kernel's interface, and starts anew with the same configuration.
  func restart() async throws {
    try await engine.stop(interface, at: site)
    try await bringUp()
  }

  /// Changes settings while running: `wg set INTERFACE …`.
  func set(_ arguments: String) async throws {
    try await site.script("wg set \(interface) \(arguments)")
  }

  /// Changes settings of the one peer while running.
  func setPeer(_ arguments: String) async throws {
    try await set("peer \(settings.peer) \(arguments)")
  }

  func status() async throws -> Status {
    try Status(dump: await site.run("wg", "show", interface, "dump"))
  }

  /// Sends `count` echo requests to the inside of `other` and returns how many were answered.
  ///
  /// - Parameters:
  ///   - size: length of the IP packet in bytes; it may not be fragmented.
  ///   - trafficClass: the TOS byte of the requests, which the other host's stack copies to the replies.
  func ping(
    _ other: TunnelEnd, _ family: Family = .v4, size: Int = 84, count: Int = 1, interval: Double = 0.2,
    trafficClass: UInt8 = 0, patience: Int = 5
  ) async throws -> Int {
    let payload = size - family.header - 8
    let command = Command(
      "ping", "-n", "-q", "-M", "do", "-s", "\(payload)", "-c", "\(count)", "-i", "\(interval)", "-W", "\(patience)",
      "-Q", "\(trafficClass)", other.inner[family])
    let seconds = Double(count) * interval + Double(patience) + 15
    let outcome = try await site.outcome(command, within: .seconds(seconds))
    guard let received = outcome.output.firstMatch(of: /(\d+) packets transmitted, (\d+) received/)?.2 else {
      throw Command.Failure(arguments: command.arguments, outcome: outcome)
    }
    return Int(received) ?? 0
  }
}

/// What `wg show INTERFACE dump` says about an interface with at most one peer.
struct Status: Sendable, Equatable {
  var listenPort: UInt16
  var mark: String
  var endpoint: String?
  var handshake: Int
  var received: Int
  var sent: Int
  var keepalive: String

  /// The dump did not have the fields the format promises.
  struct Malformed: Error { let dump: String }

  init(dump: String) throws {
    let lines = dump.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    guard let first = lines.first, first.count == 4, let port = UInt16(first[2]) else { throw Malformed(dump: dump) }
    listenPort = port
    mark = first[3]
    guard lines.count > 1 else {
      (handshake, received, sent, keepalive) = (0, 0, 0, "off")
      return
    }
    let peer = lines[1]
    guard peer.count == 8, let time = Int(peer[4]), let rx = Int(peer[5]), let tx = Int(peer[6]) else {
      throw Malformed(dump: dump)
    }
    endpoint = peer[2] == "(none)" ? nil : peer[2]
    (handshake, received, sent, keepalive) = (time, rx, tx, peer[7])
  }
}
