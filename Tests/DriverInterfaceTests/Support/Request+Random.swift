import ControlProtocol
import ControlProtocolTesting
import DriverInterfaceTesting
import Octets

extension Request {
  /// A request over few peers and prefixes, so that everything meets everything.
  static func random(_ random: inout Seeded) -> Request {
    var request = Request()
    if random.oneIn(4) { request.flags |= 8 }
    if random.oneIn(3) { request.flags |= 4 }
    if random.oneIn(3) { request.flags |= 2 }
    request.port = UInt16.random(in: 0...3, using: &random)
    request.privateKey = [UInt8](repeating: UInt8.random(in: 0...2, using: &random), count: 32)
    for _ in 0..<Int.random(in: 0...8, using: &random) { request.peers.append(.random(&random)) }
    return request
  }

  /// What the request says, as a front end without records would say it.
  var directives: [Directive] {
    var list: [Directive] = []
    if flags & 4 != 0 { list.append(.listenPort(port)) }
    if flags & 8 != 0 { list.append(.replacePeers) }
    if flags & 2 != 0 { list.append(.privateKey(Octets32(privateKey))) }
    for peer in peers {
      let key = Octets32(peer.publicKey)
      if peer.flags & 0x40 != 0 {
        list.append(.removePeer(key))
        continue
      }
      list.append(peer.flags & 0x80 != 0 ? .beginExistingPeer(key) : .beginPeer(key))
      if peer.flags & 0x2 != 0 { list.append(.presharedKey(Octets32(peer.presharedKey))) }
      if peer.flags & 0x8 != 0 {
        list.append(.endpoint(Endpoint(IPAddress(v4: 0xcb00_7109), port: 51820)))
      }
      if peer.flags & 0x20 != 0 { list.append(.replaceAllowedIPs) }
      for allowedIP in peer.allowedIPs {
        let isVersion6 = allowedIP.family == 23
        let bytes = FixedOctets<16>(allowedIP.address)
        let address = IPAddress(family: isVersion6 ? .v6 : .v4, networkOrder: bytes.bytes, at: 0)
        guard let prefix = Prefix(address, length: Int(allowedIP.length)) else { continue }
        list.append(allowedIP.flags & 1 != 0 ? .removeAllowedIP(prefix) : .addAllowedIP(prefix))
      }
      if peer.flags & 0x4 != 0 { list.append(.persistentKeepalive(peer.keepalive)) }
      list.append(.endPeer)
    }
    return list
  }
}

extension Request.Peer {
  static func random(_ random: inout Seeded) -> Request.Peer {
    var flags: UInt32 = 1
    for flag: UInt32 in [0x2, 0x4, 0x8, 0x20] where random.oneIn(3) { flags |= flag }
    for flag: UInt32 in [0x40, 0x80] where random.oneIn(5) { flags |= flag }
    var peer = Request.Peer(UInt8.random(in: 1...6, using: &random), flags: flags)
    peer.presharedKey = [UInt8](repeating: UInt8.random(in: 0...2, using: &random), count: 32)
    peer.keepalive = UInt16.random(in: 0...2, using: &random)
    peer.endpoint = endpoint4
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      let (number, length) = (
        UInt8.random(in: 0...2, using: &random), [0, 8, 9, 16, 32].randomElement(using: &random)!
      )
      let flags: UInt32 = random.oneIn(3) ? 1 : 0
      let isVersion6 = random.oneIn(4)
      peer.allowedIPs.append(
        isVersion6 ? .v6(0xfd, number, UInt8(length), flags: flags) : .v4(10, number, 0, 1, UInt8(length), flags: flags)
      )
    }
    return peer
  }
}
