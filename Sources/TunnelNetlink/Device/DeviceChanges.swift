public import ControlProtocol
import Octets
public import TunnelReport

/// Directives as the messages that tell them to one of the kernel's tunnels, one after the other: each is answered before the
/// next is sent.
///
/// A message is bounded. A peer that has more to say than there is room for goes on in the next one, where it must exist
/// already: who took it away meanwhile has the last word.
public struct DeviceChanges {
  /// A message has at most this many bytes. Attributes have lengths of 16 bits, and all peers are inside one.
  static let limit = 16384
  /// No directive takes more, with a peer and its list of prefixes begun and their ends: 4 + 36 + 8 + 4 + 48 bytes.
  private static let room = 128

  private let name: String
  private let family: UInt16
  private let directives: [Directive]
  private var place = 0
  private var isBegun = false
  /// The peer under way.
  private var peer: Octets32?

  /// The messages for `directives`. Those of the peers stand in blocks.
  public init(_ directives: [Directive], name: String, family: UInt16) {
    self.directives = directives
    self.name = name
    self.family = family
  }

  /// Whether there is another message. There is one at least: an interface that is told nothing is looked for.
  public var isUnfinished: Bool { !isBegun || place < directives.count }

  /// The next message.
  public mutating func next(sequence: UInt32) -> SecretBytes {
    isBegun = true
    let message = SecretBytes(family: family, command: Device.set, sequence: sequence, capacity: Self.limit)
    message.append(Device.name, text: name)
    var flags: UInt32 = 0
    scan: while place < directives.count {
      switch directives[place] {
      case .privateKey(let key): message.append(Device.privateKey, key)
      case .listenPort(let port): message.append(Device.listenPort, number16: port)
      case .fwmark(let mark): message.append(Device.fwmark, number32: mark)
      case .replacePeers: flags = Device.replacesPeers
      default: break scan
      }
      place += 1
      if message.count + Self.room > Self.limit { break }
    }
    if flags != 0 { message.append(Device.flags, number32: flags) }
    if message.count + Self.room <= Self.limit { appendPeers(to: message) }
    message.endMessage()
    return message
  }

  private mutating func appendPeers(to message: SecretBytes) {
    var entry = PeerEntry(message)
    let list = message.begin(Device.peers, isNest: true)
    scan: while place < directives.count, message.count + Self.room <= Self.limit {
      let directive = directives[place]
      switch directive {
      // What the interface is told comes before its peers, in a message of its own.
      case .privateKey, .listenPort, .fwmark, .replacePeers: break scan
      case .beginPeer(let key), .beginExistingPeer(let key):
        entry.end()
        peer = key
        if case .beginPeer = directive { entry.begin(key, flags: 0) } else { entry.begin(key, flags: Peer.mustExist) }
      case .removePeer(let key):
        entry.end()
        entry.begin(key, flags: Peer.isRemoved)
        entry.end()
        peer = nil
      case .endPeer:
        entry.end()
        peer = nil
      default:
        if let peer {
          if !entry.hasRoom(for: directive) { entry.end() }
          if !entry.isOpen { entry.begin(peer, flags: Peer.mustExist) }
          entry.append(directive)
        }
      }
      place += 1
    }
    entry.end()
    message.end(list)
  }
}

/// A peer in a message.
private struct PeerEntry {
  private let message: SecretBytes
  private var place: Int?
  private var flags: UInt16 = 0
  private var flagsPlace = 0
  private var list: Int?

  init(_ message: SecretBytes) { self.message = message }

  var isOpen: Bool { place != nil }

  mutating func begin(_ key: Octets32, flags: UInt16) {
    place = message.begin(0, isNest: true)
    self.flags = flags
    message.append(Peer.publicKey, key)
    flagsPlace = message.count + 4
    message.append(Peer.flags, number32: 0)
  }

  mutating func end() {
    guard let place else { return }
    if let list { message.end(list) }
    message.store(flags, at: flagsPlace)
    message.end(place)
    list = nil
    self.place = nil
  }

  /// Whether a directive means the same in this entry as behind it: the kernel empties the list of prefixes before it adds
  /// to it, and of two lists in one entry it knows the last.
  func hasRoom(for directive: Directive) -> Bool {
    switch directive {
    case .addAllowedIP, .removeAllowedIP: true
    default: list == nil
    }
  }

  mutating func append(_ directive: Directive) {
    switch directive {
    case .presharedKey(let key): message.append(Peer.presharedKey, key)
    case .endpoint(let endpoint): append(endpoint)
    case .persistentKeepalive(let seconds): message.append(Peer.keepalive, number16: seconds)
    case .replaceAllowedIPs: flags |= Peer.replacesAllowedIPs
    case .addAllowedIP(let prefix): append(prefix, isRemoved: false)
    case .removeAllowedIP(let prefix): append(prefix, isRemoved: true)
    default: break
    }
  }

  private mutating func append(_ prefix: Prefix, isRemoved: Bool) {
    if list == nil { list = message.begin(Peer.allowedIPs, isNest: true) }
    let entry = message.begin(0, isNest: true)
    message.append(AllowedIP.family, number16: prefix.address.family == .v4 ? Family.v4 : Family.v6)
    let address = message.begin(AllowedIP.address)
    message.append(prefix.address)
    message.end(address)
    message.append(AllowedIP.length, number8: prefix.length)
    // Kernels before 6.16 know no flags here, and refuse them.
    if isRemoved { message.append(AllowedIP.flags, number32: AllowedIP.isRemoved) }
    message.end(entry)
  }

  /// struct sockaddr_in or struct sockaddr_in6.
  private func append(_ endpoint: Endpoint) {
    let attribute = message.begin(Peer.endpoint)
    let isV4 = endpoint.address.family == .v4
    message.append(number16: isV4 ? Family.v4 : Family.v6)
    message.append(number16: endpoint.port.byteSwapped)
    if !isV4 { message.append(number32: 0) }
    message.append(endpoint.address)
    if isV4 { for _ in 0..<2 { message.append(number32: 0) } } else { message.append(number32: endpoint.scope) }
    message.end(attribute)
  }
}
