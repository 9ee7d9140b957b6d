/// A SET as a client builds it, byte by byte and without the module's own constants.
package struct Request {
  /// The header's flags.
  package var flags: UInt32 = 0
  /// The listen port; counts with flag 4.
  package var port: UInt16 = 0
  /// The private key; counts with flag 2.
  package var privateKey = [UInt8](repeating: 0, count: 32)
  /// The peers, each with its allowed IPs.
  package var peers: [Peer] = []
  /// The number the header says, when it is to be wrong.
  package var peerCount: UInt32?
  /// Bytes behind the last record.
  package var trailer: [UInt8] = []

  /// A request.
  package init(
    flags: UInt32 = 0, port: UInt16 = 0, privateKey: [UInt8] = [UInt8](repeating: 0, count: 32), peers: [Peer] = [],
    peerCount: UInt32? = nil
  ) {
    self.flags = flags
    self.port = port
    self.privateKey = privateKey
    self.peers = peers
    self.peerCount = peerCount
  }

  /// A peer's record and what follows it.
  package struct Peer {
    /// The record's flags.
    package var flags: UInt32 = 1
    /// The version of the protocol.
    package var version: UInt32 = 0
    /// Whose record it is.
    package var publicKey: [UInt8]
    /// Counts with flag 2.
    package var presharedKey = [UInt8](repeating: 0, count: 32)
    /// Seconds; counts with flag 4.
    package var keepalive: UInt16 = 0
    /// A SOCKADDR_INET; counts with flag 8.
    package var endpoint = [UInt8](repeating: 0, count: 28)
    /// The records behind this one.
    package var allowedIPs: [AllowedIP] = []
    /// The number the record says, when it is to be wrong.
    package var allowedIPCount: UInt32?

    /// The peer whose key is 32 times `key`.
    package init(_ key: UInt8, flags: UInt32 = 1, _ allowedIPs: [AllowedIP] = []) {
      self.flags = flags
      publicKey = [UInt8](repeating: key, count: 32)
      self.allowedIPs = allowedIPs
    }

    /// The records.
    package var bytes: [UInt8] {
      var bytes = little(flags) + little(version) + publicKey + presharedKey + little(keepalive) + [0, 0] + endpoint
      bytes += [UInt8](repeating: 0x5a, count: 24)
      bytes += little(allowedIPCount ?? UInt32(allowedIPs.count)) + [0, 0, 0, 0]
      return bytes + allowedIPs.flatMap(\.bytes)
    }
  }

  /// An allowed IP's record.
  package struct AllowedIP {
    /// Sixteen bytes; IPv4 uses the first four.
    package var address: [UInt8]
    /// 2 or 23.
    package var family: UInt16
    /// The prefix length.
    package var length: UInt8
    /// 1 removes the prefix.
    package var flags: UInt32 = 0

    /// An IPv4 prefix.
    package static func v4(
      _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ length: UInt8, flags: UInt32 = 0
    ) -> AllowedIP {
      AllowedIP(address: [a, b, c, d] + [UInt8](repeating: 0, count: 12), family: 2, length: length, flags: flags)
    }

    /// The IPv6 prefix of an address that ends in 1.
    package static func v6(_ first: UInt8, _ second: UInt8, _ length: UInt8, flags: UInt32 = 0) -> AllowedIP {
      let address = [first, second] + [UInt8](repeating: 0, count: 13) + [1]
      return AllowedIP(address: address, family: 23, length: length, flags: flags)
    }

    /// The record.
    package var bytes: [UInt8] { address + little(family) + [length, 0] + little(flags) }
  }

  /// The whole request.
  package var bytes: [UInt8] {
    var bytes = little(flags) + little(port) + privateKey + [UInt8](repeating: 0, count: 34)
    bytes += little(peerCount ?? UInt32(peers.count)) + [0, 0, 0, 0]
    return bytes + peers.flatMap(\.bytes) + trailer
  }

  /// A request with these peers.
  package static func peers(_ peers: Peer..., flags: UInt32 = 0) -> [UInt8] {
    Request(flags: flags, peers: peers).bytes
  }

  /// A request that sets the port.
  package static func port(_ port: UInt16) -> [UInt8] { Request(flags: 4, port: port).bytes }

  /// A request that sets the private key to 32 times `byte`.
  package static func key(_ byte: UInt8) -> [UInt8] {
    Request(flags: 2, privateKey: [UInt8](repeating: byte, count: 32)).bytes
  }
}

/// The bytes of `number`, little-endian.
package func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
}

/// The little-endian number of `count` bytes at `offset`.
package func number(_ bytes: [UInt8], at offset: Int, count: Int) -> UInt64 {
  (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
}

/// 203.0.113.9:51820 as a SOCKADDR_INET.
package let endpoint4: [UInt8] = [2, 0, 0xca, 0x6c, 203, 0, 113, 9] + [UInt8](repeating: 0, count: 20)
/// [fe80::1%7]:51820 as a SOCKADDR_INET.
package let endpoint6: [UInt8] =
  [23, 0, 0xca, 0x6c, 0, 0, 0, 0, 0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1, 7, 0, 0, 0]
