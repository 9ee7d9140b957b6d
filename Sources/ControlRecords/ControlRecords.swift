// The records of GET and SET (the driver's control interface), for the driver that answers and the program that asks: at
// fixed offsets, little-endian but for the port and address of an endpoint. Every size is a multiple of eight, so records
// follow each other without gaps: one of the interface, then each peer's, and after a peer's those of its allowed IPs.

/// The interface's record.
public enum InterfaceLayout {
  /// Bytes of it.
  public static var byteCount: Int { 80 }
  /// 32 bits of `InterfaceFlag`.
  public static var flags: Int { 0 }
  /// 16 bits.
  public static var listenPort: Int { 4 }
  /// 32 bytes.
  public static var privateKey: Int { 6 }
  /// 32 bytes.
  public static var publicKey: Int { 38 }
  /// 32 bits: the peers that follow.
  public static var peerCount: Int { 72 }
}

/// Flags of the interface's record: which fields are meant.
public enum InterfaceFlag {
  /// The public key; said in answers only.
  public static var hasPublicKey: UInt32 { 0x1 }
  /// The private key.
  public static var hasPrivateKey: UInt32 { 0x2 }
  /// The port.
  public static var hasListenPort: UInt32 { 0x4 }
  /// Peers that do not follow are removed.
  public static var replacePeers: UInt32 { 0x8 }
}

/// A peer's record.
public enum PeerLayout {
  /// Bytes of it.
  public static var byteCount: Int { 136 }
  /// 32 bits of `PeerFlag`.
  public static var flags: Int { 0 }
  /// 32 bits, 1 or 0.
  public static var protocolVersion: Int { 4 }
  /// 32 bytes.
  public static var publicKey: Int { 8 }
  /// 32 bytes.
  public static var presharedKey: Int { 40 }
  /// 16 bits: seconds, 0 for never.
  public static var persistentKeepalive: Int { 72 }
  /// 28 bytes, a SOCKADDR_INET: family in 16 bits, port, then at 4 an IPv4 address, or at 8 an IPv6 address and at 24 its
  /// scope.
  public static var endpoint: Int { 76 }
  /// 64 bits.
  public static var sentBytes: Int { 104 }
  /// 64 bits.
  public static var receivedBytes: Int { 112 }
  /// 64 bits: 100 ns since 1601-01-01 UTC, 0 for never.
  public static var lastHandshake: Int { 120 }
  /// 32 bits: the allowed IPs that follow.
  public static var allowedIPCount: Int { 128 }
}

/// Flags of a peer's record: which fields are meant, and what shall be done.
public enum PeerFlag {
  /// The public key, without which a record means nobody.
  public static var hasPublicKey: UInt32 { 0x01 }
  /// The preshared key.
  public static var hasPresharedKey: UInt32 { 0x02 }
  /// The keepalive interval.
  public static var hasPersistentKeepalive: UInt32 { 0x04 }
  /// The endpoint.
  public static var hasEndpoint: UInt32 { 0x08 }
  /// The protocol's version.
  public static var hasProtocolVersion: UInt32 { 0x10 }
  /// Allowed IPs that do not follow are removed.
  public static var replaceAllowedIPs: UInt32 { 0x20 }
  /// The peer is removed.
  public static var remove: UInt32 { 0x40 }
  /// A peer that does not exist is not made.
  public static var updateOnly: UInt32 { 0x80 }
}

/// An allowed IP's record.
public enum AllowedIPLayout {
  /// Bytes of it.
  public static var byteCount: Int { 24 }
  /// 16 bytes, of which IPv4 takes the first four.
  public static var address: Int { 0 }
  /// 16 bits of `SocketFamily`.
  public static var family: Int { 16 }
  /// 8 bits: the bits of the prefix.
  public static var length: Int { 18 }
  /// 32 bits of `AllowedIPFlag`.
  public static var flags: Int { 20 }
}

/// Flags of an allowed IP's record.
public enum AllowedIPFlag {
  /// The prefix is taken from the peer.
  public static var remove: UInt32 { 0x1 }
}

/// Address families as Windows numbers them.
public enum SocketFamily {
  /// AF_INET.
  public static var v4: UInt16 { 2 }
  /// AF_INET6.
  public static var v6: UInt16 { 23 }
}

/// The clock of the records.
public enum WindowsClock {
  /// Seconds from 1601-01-01 UTC, where Windows begins, to 1970-01-01.
  public static var epochSeconds: UInt64 { 11_644_473_600 }
  /// Units of 100 ns in a second.
  public static var unitsPerSecond: UInt64 { 10_000_000 }
}
