internal import Tunnel

/// What the administrator of one device has asked for, and where its peers were last heard: what the machine must hold.
final class Settings {
  /// The number of the device.
  let device: Int
  var publicKey: Octets32?
  var isUp = false
  /// Counts how often the interface went down: what was under way before is void.
  var era = 0
  var peers: [PeerSettings] = []

  init(device: Int) { self.device = device }

  /// The peer with this key.
  func peer(_ publicKey: Octets32) -> PeerSettings? { peers.first { $0.publicKey == publicKey } }

  /// The peer whose allowed IPs hold `address` most specifically.
  func owner(of address: IPAddress) -> PeerSettings? {
    var found: PeerSettings?
    var length = -1
    for peer in peers {
      for prefix in peer.allowedIPs where Int(prefix.length) > length && prefix.contains(address) {
        found = peer
        length = Int(prefix.length)
      }
    }
    return found
  }
}

/// One peer of one device.
final class PeerSettings {
  let publicKey: Octets32
  /// The number of the device that has this key.
  let device: Int
  var presharedKey = Octets32()
  var allowedIPs: [Prefix] = []
  var keepalive: UInt16 = 0
  /// Where it was configured to be or last heard.
  var endpoint: Endpoint?
  /// Bytes of UDP payload that were sent to it.
  var sentBytes: UInt64 = 0
  /// Bytes of UDP payload in messages of it that were accepted.
  var receivedBytes: UInt64 = 0
  /// Packets of it that were accepted, and packets that it has sent as far as their counters tell.
  var receivedPackets: UInt64 = 0
  var expectedPackets: UInt64 = 0

  init(_ publicKey: Octets32, device: Int) {
    self.publicKey = publicKey
    self.device = device
  }
}

extension Octets32 {
  /// Its first 64 bits: enough to tell random keys apart.
  var name: UInt64 { bytes.littleEndian64(at: 0) }
}
