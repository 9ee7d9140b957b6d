/// The numbers of linux/wireguard.h and of the structures that stand in its attributes.
enum Device {
  static let get: UInt8 = 0
  static let set: UInt8 = 1
  /// Bytes of the header of generic netlink.
  static let header = 4
  /// NLM_F_DUMP.
  static let dump: UInt16 = 0x300

  static let name: UInt16 = 2
  static let privateKey: UInt16 = 3
  static let flags: UInt16 = 5
  static let listenPort: UInt16 = 6
  static let fwmark: UInt16 = 7
  static let peers: UInt16 = 8
  static let replacesPeers: UInt32 = 1
}

enum Peer {
  static let publicKey: UInt16 = 1
  static let presharedKey: UInt16 = 2
  static let flags: UInt16 = 3
  static let endpoint: UInt16 = 4
  static let keepalive: UInt16 = 5
  static let handshake: UInt16 = 6
  static let received: UInt16 = 7
  static let sent: UInt16 = 8
  static let allowedIPs: UInt16 = 9

  static let isRemoved: UInt16 = 1
  static let replacesAllowedIPs: UInt16 = 2
  static let mustExist: UInt16 = 4
}

enum AllowedIP {
  static let family: UInt16 = 1
  static let address: UInt16 = 2
  static let length: UInt16 = 3
  static let flags: UInt16 = 4
  static let isRemoved: UInt32 = 1
}

/// AF_INET and AF_INET6.
enum Family {
  static let v4: UInt16 = 2
  static let v6: UInt16 = 10
}
