// The records of the driver's requests as a client writes and reads them: fixed offsets, little-endian but for ports and
// addresses. The driver's own view is DriverInterface's; the tests hold one against the other.

/// Sizes of records.
enum RecordLength {
  static let interface = 80
  static let peer = 136
  static let allowedIP = 24
}

/// Offsets in the interface's record.
enum InterfaceOffset {
  static let flags = 0
  static let listenPort = 4
  static let privateKey = 6
  static let publicKey = 38
  static let peerCount = 72
}

/// Flags of the interface's record.
enum InterfaceFlag {
  static let hasPrivateKey: UInt32 = 0x2
  static let hasListenPort: UInt32 = 0x4
  static let replacePeers: UInt32 = 0x8
}

/// Offsets in a peer's record.
enum PeerOffset {
  static let flags = 0
  static let publicKey = 8
  static let presharedKey = 40
  static let persistentKeepalive = 72
  static let endpoint = 76
  static let sentBytes = 104
  static let receivedBytes = 112
  static let lastHandshake = 120
  static let allowedIPCount = 128
}

/// Flags of a peer's record.
enum PeerFlag {
  static let hasPublicKey: UInt32 = 0x01
  static let hasPresharedKey: UInt32 = 0x02
  static let hasPersistentKeepalive: UInt32 = 0x04
  static let hasEndpoint: UInt32 = 0x08
  static let replaceAllowedIPs: UInt32 = 0x20
  static let remove: UInt32 = 0x40
  static let updateOnly: UInt32 = 0x80
}

/// Offsets in an allowed IP's record.
enum AllowedIPOffset {
  static let address = 0
  static let family = 16
  static let length = 18
  static let flags = 20
}

/// Address families as Windows numbers them.
enum SocketFamily {
  static let v4: UInt64 = 2
  static let v6: UInt64 = 23
}

extension [UInt8] {
  /// The little-endian number of `count` bytes at `place`, which lies inside.
  func number(at place: Int, count: Int) -> UInt64 {
    var value: UInt64 = 0
    for i in (0..<count).reversed() { value = value << 8 | UInt64(self[place + i]) }
    return value
  }

  /// Writes a little-endian number of `count` bytes.
  mutating func write(_ value: UInt64, at place: Int, count: Int) {
    for i in 0..<count { self[place + i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i)) }
  }
}
