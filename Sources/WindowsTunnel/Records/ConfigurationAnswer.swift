public import ControlProtocol
import ControlRecords
public import Octets
import Timeline

/// The driver's answer to GET, read record by record. Bytes that are no answer have no records.
public struct ConfigurationAnswer: Sendable {
  private let bytes: [UInt8]

  /// The answer in these bytes; nil when they are too short for one.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= InterfaceLayout.byteCount else { return nil }
    self.bytes = bytes
  }

  /// The interface's own facts.
  public var interface: InterfaceFacts {
    var facts = InterfaceFacts()
    facts.privateKey = key(at: InterfaceLayout.privateKey)
    facts.listenPort = UInt16(truncatingIfNeeded: bytes.number(at: InterfaceLayout.listenPort, count: 2))
    return facts
  }

  /// The interface's public key; zeros without an identity.
  public var publicKey: Octets32 { key(at: InterfaceLayout.publicKey) }

  /// The place of the first peer, nil without one.
  public var firstPeer: Int? {
    bytes.number(at: InterfaceLayout.peerCount, count: 4) > 0 ? peer(at: InterfaceLayout.byteCount) : nil
  }

  /// The place of the peer after the one at `place`, nil after the last.
  public func peer(after place: Int) -> Int? { peer(at: end(ofPeer: place)) }

  /// What the answer says of the peer at a place.
  public func facts(ofPeer place: Int) -> PeerFacts {
    var facts = PeerFacts()
    facts.publicKey = key(at: place + PeerLayout.publicKey)
    facts.presharedKey = key(at: place + PeerLayout.presharedKey)
    if bytes.number(at: place + PeerLayout.flags, count: 4) & UInt64(PeerFlag.hasEndpoint) != 0 {
      facts.endpoint = endpoint(at: place + PeerLayout.endpoint)
    }
    facts.lastHandshake = Self.wallTime(bytes.number(at: place + PeerLayout.lastHandshake, count: 8))
    facts.sentBytes = bytes.number(at: place + PeerLayout.sentBytes, count: 8)
    facts.receivedBytes = bytes.number(at: place + PeerLayout.receivedBytes, count: 8)
    facts.persistentKeepalive = UInt16(
      truncatingIfNeeded: bytes.number(at: place + PeerLayout.persistentKeepalive, count: 2))
    facts.allowedIPs = AllowedIPCursor(peer: UInt64(place))
    return facts
  }

  /// The allowed IP with this ordinal of the peer at a place, nil after the last. One of no known family ends them.
  public func allowedIP(_ ordinal: Int, ofPeer place: Int) -> Prefix? {
    guard ordinal < allowedIPCount(ofPeer: place) else { return nil }
    let record = place + PeerLayout.byteCount + AllowedIPLayout.byteCount * ordinal
    let family = bytes.number(at: record + AllowedIPLayout.family, count: 2)
    let length = Int(bytes[record + AllowedIPLayout.length])
    switch family {
    case UInt64(SocketFamily.v4): return Prefix(address(.v4, at: record), length: length)
    case UInt64(SocketFamily.v6): return Prefix(address(.v6, at: record), length: length)
    default: return nil
    }
  }

  /// Where the peer's records end: within the bytes, whatever they say.
  private func end(ofPeer place: Int) -> Int {
    place + PeerLayout.byteCount + AllowedIPLayout.byteCount * allowedIPCount(ofPeer: place)
  }

  /// How many allowed IPs of the peer at a place lie within the bytes.
  public func allowedIPCount(ofPeer place: Int) -> Int {
    let room = (bytes.count - place - PeerLayout.byteCount) / AllowedIPLayout.byteCount
    return min(Int(clamping: bytes.number(at: place + PeerLayout.allowedIPCount, count: 4)), room)
  }

  private func peer(at place: Int) -> Int? { bytes.count - place >= PeerLayout.byteCount ? place : nil }

  private func key(at place: Int) -> Octets32 {
    var key = Octets32()
    for i in 0..<32 { key[i] = bytes[place + i] }
    return key
  }

  private func address(_ family: IPAddress.Family, at place: Int) -> IPAddress {
    var value = UInt128(low: 0)
    for i in 0..<family.bitCount / 8 { value = value << UInt128(low: 8) | UInt128(low: UInt64(bytes[place + i])) }
    return IPAddress(family: family, value: value)
  }

  private func endpoint(at place: Int) -> Endpoint? {
    let port = UInt16(truncatingIfNeeded: bytes.number(at: place + 2, count: 2)).byteSwapped
    switch bytes.number(at: place, count: 2) {
    case UInt64(SocketFamily.v4): return Endpoint(address(.v4, at: place + 4), port: port)
    case UInt64(SocketFamily.v6):
      let scope = UInt32(truncatingIfNeeded: bytes.number(at: place + 24, count: 4))
      return Endpoint(address(.v6, at: place + 8), port: port, scope: scope)
    default: return nil
    }
  }

  /// A time of Windows': 100 ns units since 1601, 0 for never.
  private static func wallTime(_ windowsTime: UInt64) -> WallTime {
    let (seconds, rest) = windowsTime.quotientAndRemainder(dividingBy: WindowsClock.unitsPerSecond)
    guard seconds >= WindowsClock.epochSeconds else { return WallTime(seconds: 0, nanoseconds: 0) }
    return WallTime(seconds: seconds - WindowsClock.epochSeconds, nanoseconds: UInt32(rest) * 100)
  }
}
