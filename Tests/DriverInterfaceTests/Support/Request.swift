/// A SET as a client builds it, byte by byte and without the module's own constants.
struct Request {
  var flags: UInt32 = 0
  var port: UInt16 = 0
  var privateKey = [UInt8](repeating: 0, count: 32)
  var peers: [Peer] = []
  /// The number the header says, when it is to be wrong.
  var peerCount: UInt32?
  var trailer: [UInt8] = []

  /// A peer's record and what follows it.
  struct Peer {
    var flags: UInt32 = 1
    var version: UInt32 = 0
    var publicKey: [UInt8]
    var presharedKey = [UInt8](repeating: 0, count: 32)
    var keepalive: UInt16 = 0
    var endpoint = [UInt8](repeating: 0, count: 28)
    var allowedIPs: [AllowedIP] = []
    var allowedIPCount: UInt32?

    /// The peer whose key is 32 times `key`.
    init(_ key: UInt8, flags: UInt32 = 1, _ allowedIPs: [AllowedIP] = []) {
      self.flags = flags
      publicKey = [UInt8](repeating: key, count: 32)
      self.allowedIPs = allowedIPs
    }

    var bytes: [UInt8] {
      var bytes = little(flags) + little(version) + publicKey + presharedKey + little(keepalive) + [0, 0] + endpoint
      bytes += [UInt8](repeating: 0x5a, count: 24)
      bytes += little(allowedIPCount ?? UInt32(allowedIPs.count)) + [0, 0, 0, 0]
      return bytes + allowedIPs.flatMap(\.bytes)
    }
  }

  /// An allowed IP's record.
  struct AllowedIP {
    var address: [UInt8]
    var family: UInt16
    var length: UInt8
    var flags: UInt32 = 0

    static func v4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, _ length: UInt8, flags: UInt32 = 0) -> AllowedIP {
      AllowedIP(address: [a, b, c, d] + [UInt8](repeating: 0, count: 12), family: 2, length: length, flags: flags)
    }

    static func v6(_ first: UInt8, _ second: UInt8, _ length: UInt8, flags: UInt32 = 0) -> AllowedIP {
      let address = [first, second] + [UInt8](repeating: 0, count: 13) + [1]
      return AllowedIP(address: address, family: 23, length: length, flags: flags)
    }

    var bytes: [UInt8] { address + little(family) + [length, 0] + little(flags) }
  }

  var bytes: [UInt8] {
    var bytes = little(flags) + little(port) + privateKey + [UInt8](repeating: 0, count: 34)
    bytes += little(peerCount ?? UInt32(peers.count)) + [0, 0, 0, 0]
    return bytes + peers.flatMap(\.bytes) + trailer
  }

  static func peers(_ peers: Peer..., flags: UInt32 = 0) -> [UInt8] {
    Request(flags: flags, peers: peers).bytes
  }

  static func port(_ port: UInt16) -> [UInt8] { Request(flags: 4, port: port).bytes }

  static func key(_ byte: UInt8) -> [UInt8] {
    Request(flags: 2, privateKey: [UInt8](repeating: byte, count: 32)).bytes
  }
}

func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
}

func number(_ bytes: [UInt8], at offset: Int, count: Int) -> UInt64 {
  (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
}

/// 203.0.113.9:51820 as a SOCKADDR_INET.
let endpoint4: [UInt8] = [2, 0, 0xca, 0x6c, 203, 0, 113, 9] + [UInt8](repeating: 0, count: 20)
/// [fe80::1%7]:51820 as a SOCKADDR_INET.
let endpoint6: [UInt8] =
  [23, 0, 0xca, 0x6c, 0, 0, 0, 0, 0xfe, 0x80] + [UInt8](repeating: 0, count: 13) + [1, 7, 0, 0, 0]
