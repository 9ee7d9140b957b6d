import ControlProtocol
import Octets

extension TunnelState {
  /// The state that a reply to `get=1` tells.
  ///
  /// What is taken and what is refused is what `wg` takes and refuses: unknown keys are passed over, keys of the
  /// interface after the first peer too, and keys of a peer before it; lines end with a line feed, and an empty one ends
  /// the reply.
  public init(name: String, reply: RawSpan, naming: some EndpointNaming) throws(ReplyFault) {
    self.init(name: name)
    do throws(ReplyFault) {
      try read(reply, naming)
    } catch {
      wipe()
      throw error
    }
  }

  private mutating func read(_ reply: RawSpan, _ naming: some EndpointNaming) throws(ReplyFault) {
    try reply.forEachLine { (key, value) throws(ReplyFault) in
      if key == "public_key" {
        peers.append(PeerState(publicKey: try value.key))
      } else if peers.isEmpty {
        try takeInterface(key, value)
      } else {
        try peers[peers.count - 1].take(key, value, naming)
      }
    }
  }

  private mutating func takeInterface(_ key: String, _ value: RawSpan) throws(ReplyFault) {
    switch key {
    case "private_key": privateKey = try value.key
    case "listen_port": listenPort = UInt16(try value.natural(atMost: 65535))
    case "fwmark": fwmark = UInt32(try value.natural(atMost: UInt64(UInt32.max)))
    default: break
    }
  }
}

extension PeerState {
  fileprivate mutating func take(
    _ key: String, _ value: RawSpan, _ naming: some EndpointNaming
  ) throws(ReplyFault) {
    switch key {
    case "preshared_key":
      let key = try value.key
      presharedKey = key.isZero ? nil : key
    case "endpoint": endpoint = try value.endpoint(naming)
    case "persistent_keepalive_interval": persistentKeepalive = UInt16(try value.natural(atMost: 65535))
    case "allowed_ip": allowedIPs.append(try value.prefix)
    case "last_handshake_time_sec": handshakeSeconds = Int64(try value.natural(atMost: UInt64(Int64.max)))
    case "last_handshake_time_nsec": handshakeNanoseconds = Int64(try value.natural(atMost: UInt64(Int64.max)))
    case "rx_bytes": receivedBytes = try value.natural(atMost: .max)
    case "tx_bytes": sentBytes = try value.natural(atMost: .max)
    default: break
    }
  }
}

extension RawSpan {
  fileprivate var prefix: AllowedPrefix {
    get throws(ReplyFault) {
      guard let slash = offset(of: UInt8(ascii: "/"), from: 0), let address = IPAddress(text: extracting(0..<slash))
      else { throw .malformed }
      let length = try extracting(slash + 1..<byteCount).natural(atMost: UInt64(address.family.bitCount))
      return AllowedPrefix(address, length: UInt8(length))
    }
  }

  fileprivate func endpoint(_ naming: some EndpointNaming) throws(ReplyFault) -> EndpointWords {
    let text = Array(ascii.utf8)
    guard let (host, port) = EndpointWords.split(text), let words = naming.words(host: host, port: port) else {
      throw .malformed
    }
    return words
  }
}

extension EndpointWords {
  /// What stands on both sides of the colon before the port: the first after a bracket, else the last one.
  static func split(_ text: [UInt8]) -> (host: String, port: String)? {
    var host = text[...]
    var port = text[text.count...]
    if text.first == UInt8(ascii: "[") {
      guard let bracket = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      host = text[1..<bracket]
      guard bracket + 1 < text.count, text[bracket + 1] == UInt8(ascii: ":") else { return nil }
      port = text[(bracket + 2)...]
    } else {
      guard let colon = text.lastIndex(of: UInt8(ascii: ":")) else { return nil }
      host = text[..<colon]
      port = text[(colon + 1)...]
    }
    guard !port.isEmpty else { return nil }
    return (String(decoding: host, as: UTF8.self), String(decoding: port, as: UTF8.self))
  }
}
