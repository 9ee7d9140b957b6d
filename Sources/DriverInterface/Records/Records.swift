internal import Octets
internal import Timeline

// The records, at fixed offsets and little-endian but for the port and address of an endpoint. Every size is a multiple
// of eight, so records follow each other without gaps.

extension DriverInterface {
  /// Bytes of the interface's record.
  public static var interfaceLength: Int { 80 }
  /// Bytes of a peer's record.
  public static var peerLength: Int { 136 }
  /// Bytes of an allowed IP's record.
  public static var allowedIPLength: Int { 24 }
  /// Bytes of a log entry.
  public static var logEntryLength: Int { 128 }
  /// Bytes of a state verb.
  public static var stateLength: Int { 4 }
}

/// Offsets in the interface's record.
enum InterfaceField {
  static let flags = 0
  static let listenPort = 4
  static let privateKey = 6
  static let publicKey = 38
  static let peerCount = 72
}

/// Offsets in a peer's record.
enum PeerField {
  static let flags = 0
  static let protocolVersion = 4
  static let publicKey = 8
  static let presharedKey = 40
  static let persistentKeepalive = 72
  static let endpoint = 76
  static let sentBytes = 104
  static let receivedBytes = 112
  static let lastHandshake = 120
  static let allowedIPCount = 128
}

/// Offsets in an allowed IP's record.
enum AllowedIPField {
  static let address = 0
  static let family = 16
  static let length = 18
  static let flags = 20
}

/// Flags of the interface's record.
enum InterfaceFlag {
  static let hasPublicKey: UInt32 = 0x1
  static let hasPrivateKey: UInt32 = 0x2
  static let hasListenPort: UInt32 = 0x4
  static let replacePeers: UInt32 = 0x8
}

/// Flags of a peer's record.
enum PeerFlag {
  static let hasPublicKey: UInt32 = 0x01
  static let hasPresharedKey: UInt32 = 0x02
  static let hasPersistentKeepalive: UInt32 = 0x04
  static let hasEndpoint: UInt32 = 0x08
  static let hasProtocolVersion: UInt32 = 0x10
  static let replaceAllowedIPs: UInt32 = 0x20
  static let remove: UInt32 = 0x40
  static let updateOnly: UInt32 = 0x80
}

/// Flags of an allowed IP's record.
enum AllowedIPFlag {
  static let remove: UInt32 = 0x1
}

/// Address families as Windows numbers them.
enum SocketFamily {
  static let v4: UInt16 = 2
  static let v6: UInt16 = 23
}

extension RawSpan {
  /// The little-endian 16-bit field at `offset`; traps when it does not lie inside the span.
  func littleEndian16(at offset: Int) -> UInt16 { bigEndian16(at: offset).byteSwapped }

  /// The SOCKADDR_INET at `offset`; nil for a family that is neither.
  func endpoint(at offset: Int) -> Endpoint? {
    let port = bigEndian16(at: offset + 2)
    switch littleEndian16(at: offset) {
    case SocketFamily.v4:
      return Endpoint(IPAddress(family: .v4, networkOrder: self, at: offset + 4), port: port)
    case SocketFamily.v6:
      let address = IPAddress(family: .v6, networkOrder: self, at: offset + 8)
      return Endpoint(address, port: port, scope: littleEndian32(at: offset + 24))
    default:
      return nil
    }
  }
}

extension MutableRawSpan {
  /// Writes a little-endian 16-bit field at `offset`.
  @_lifetime(self: copy self)
  mutating func store(littleEndian16 value: UInt16, at offset: Int) {
    store(bigEndian16: value.byteSwapped, at: offset)
  }

  /// Writes `endpoint` as a SOCKADDR_INET at `offset`, where zeros are.
  @_lifetime(self: copy self)
  mutating func store(_ endpoint: Endpoint, at offset: Int) {
    store(bigEndian16: endpoint.port, at: offset + 2)
    if endpoint.address.family == .v4 {
      store(littleEndian16: SocketFamily.v4, at: offset)
      _ = endpoint.address.store(into: &self, at: offset + 4)
    } else {
      store(littleEndian16: SocketFamily.v6, at: offset)
      _ = endpoint.address.store(into: &self, at: offset + 8)
      store(littleEndian32: endpoint.scope, at: offset + 24)
    }
  }
}

extension WallTime {
  /// 100 ns units since 1601-01-01 UTC, as Windows counts; 0 for never.
  var windowsTime: UInt64 {
    guard seconds > 0 || nanoseconds > 0 else { return 0 }
    return (seconds &+ 11_644_473_600) &* 10_000_000 &+ UInt64(nanoseconds / 100)
  }
}
