internal import ControlRecords
internal import Octets

/// A SET, checked: every record lies inside the snapshot and says something that is allowed.
struct SetRequest: ~Escapable {
  private let bytes: RawSpan
  /// Bytes of all records.
  let byteCount: Int

  /// Checks `bytes` from the first record to the last; what follows the last is ignored.
  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) throws(Status) {
    guard bytes.byteCount >= InterfaceLayout.byteCount else { throw .invalidParameter }
    self.bytes = bytes
    var offset = InterfaceLayout.byteCount
    for _ in 0..<bytes.littleEndian32(at: InterfaceLayout.peerCount) { offset = try Self.check(bytes, peerAt: offset) }
    byteCount = offset
  }

  /// Checks the peer's record at `offset` and those of its allowed IPs; where the next peer begins.
  private static func check(_ bytes: RawSpan, peerAt offset: Int) throws(Status) -> Int {
    guard bytes.byteCount - offset >= PeerLayout.byteCount else { throw .invalidParameter }
    let flags = bytes.littleEndian32(at: offset + PeerLayout.flags)
    guard flags & PeerFlag.hasPublicKey != 0 else { throw .invalidParameter }
    if flags & PeerFlag.hasProtocolVersion != 0 {
      guard bytes.littleEndian32(at: offset + PeerLayout.protocolVersion) <= 1 else { throw .notImplemented }
    }
    let count = bytes.littleEndian32(at: offset + PeerLayout.allowedIPCount)
    let (length, overflow) = count.multipliedReportingOverflow(by: UInt32(AllowedIPLayout.byteCount))
    var place = offset + PeerLayout.byteCount
    guard !overflow, Int(length) <= bytes.byteCount - place else { throw .invalidParameter }
    for _ in 0..<count {
      guard AllowedIPRecord(bytes, at: place) != nil else { throw .invalidParameter }
      place += AllowedIPLayout.byteCount
    }
    return place
  }

  /// Whether the private key is set, and which it is.
  var privateKey: Octets32? {
    has(InterfaceFlag.hasPrivateKey) ? Octets32(bytes, at: InterfaceLayout.privateKey) : nil
  }

  /// Whether the port is set, and which it is.
  var listenPort: UInt16? {
    has(InterfaceFlag.hasListenPort) ? bytes.littleEndian16(at: InterfaceLayout.listenPort) : nil
  }

  /// Whether all peers go first.
  var replacesPeers: Bool { has(InterfaceFlag.replacePeers) }

  private func has(_ flag: UInt32) -> Bool { bytes.littleEndian32(at: InterfaceLayout.flags) & flag != 0 }

  /// Before the first peer.
  var start: Int { InterfaceLayout.byteCount }

  /// The peer at `offset`, which moves behind its record, to its allowed IPs; nil after the last.
  func peer(at offset: inout Int) -> PeerRecord? {
    guard offset < byteCount else { return nil }
    defer { offset += PeerLayout.byteCount }
    return PeerRecord(bytes, at: offset)
  }

  /// The allowed IP at `offset`, which moves behind it.
  func allowedIP(at offset: inout Int) -> AllowedIPRecord? {
    defer { offset += AllowedIPLayout.byteCount }
    return AllowedIPRecord(bytes, at: offset)
  }
}

/// What a peer's record asks for. Holds the preshared key.
struct PeerRecord {
  private let flags: UInt32
  let publicKey: Octets32
  private(set) var presharedKey: Octets32?
  let persistentKeepalive: UInt16?
  let endpoint: Endpoint?
  let allowedIPCount: Int

  init(_ bytes: RawSpan, at offset: Int) {
    flags = bytes.littleEndian32(at: offset + PeerLayout.flags)
    publicKey = Octets32(bytes, at: offset + PeerLayout.publicKey)
    presharedKey =
      flags & PeerFlag.hasPresharedKey != 0 ? Octets32(bytes, at: offset + PeerLayout.presharedKey) : nil
    persistentKeepalive =
      flags & PeerFlag.hasPersistentKeepalive != 0
      ? bytes.littleEndian16(at: offset + PeerLayout.persistentKeepalive) : nil
    endpoint = flags & PeerFlag.hasEndpoint != 0 ? bytes.endpoint(at: offset + PeerLayout.endpoint) : nil
    allowedIPCount = Int(bytes.littleEndian32(at: offset + PeerLayout.allowedIPCount))
  }

  var isRemoval: Bool { flags & PeerFlag.remove != 0 }
  /// Whether a peer that is not there is created.
  var mayCreate: Bool { flags & (PeerFlag.remove | PeerFlag.updateOnly) == 0 }
  var replacesAllowedIPs: Bool { flags & PeerFlag.replaceAllowedIPs != 0 }

  /// Overwrites the preshared key with zeros in place.
  mutating func wipe() { presharedKey?.wipe() }
}

/// What an allowed IP's record asks for.
struct AllowedIPRecord {
  let prefix: Prefix
  let isRemoval: Bool

  /// Nil when the family is unknown or the length does not fit it.
  init?(_ bytes: RawSpan, at offset: Int) {
    let family: IPAddress.Family
    switch bytes.littleEndian16(at: offset + AllowedIPLayout.family) {
    case SocketFamily.v4: family = .v4
    case SocketFamily.v6: family = .v6
    default: return nil
    }
    let address = IPAddress(family: family, networkOrder: bytes, at: offset + AllowedIPLayout.address)
    let length = Int(bytes.octet(at: offset + AllowedIPLayout.length))
    guard let prefix = Prefix(address, length: length) else { return nil }
    self.prefix = prefix
    isRemoval = bytes.littleEndian32(at: offset + AllowedIPLayout.flags) & AllowedIPFlag.remove != 0
  }
}
