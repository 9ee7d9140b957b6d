internal import RolloutMetadata

/// What the tunnels were like before a serial took over, kept for as long as it is watched: `tunnels-before.json`.
extension MachineFolder {
  private var keptPath: String { file("tunnels-before.json") }
  private static var limit: Int { 64 << 20 }
  /// No more peers are remembered of all tunnels: enough to tell whether any talks again, and fewer than a document's most
  /// values.
  private static var peerLimit: Int { 32_768 }

  func write(_ seen: TunnelsSeen, before serial: UInt64) throws(ClientError) {
    let tunnels = seen.tunnels.prefix(4096)
    let members: [JSON.Member] = [
      .init("serial", .natural(serial)), .init("crashes", .list(seen.crashes.prefix(1024).map { Self.any($0) })),
      .init("tunnels", .list(tunnels.map { Self.json($0, peers: Self.peerLimit / max(1, tunnels.count)) })),
    ]
    try files.replace(keptPath, with: JSON.sorted(members).canonical)
  }

  /// Names that others have given may be of any bytes; a document's texts are not.
  private static func any(_ bytes: [UInt8]) -> JSON { .text(Base64.encode(bytes)) }

  private static func json(_ tunnel: TunnelsSeen.Tunnel, peers limit: Int) -> JSON {
    let peers = tunnel.peers.prefix(limit).map { peer in
      var members: [JSON.Member] = [.init("key", .text(peer.key))]
      if let age = peer.handshakeAge { members.append(.init("handshakeAge", .natural(age))) }
      return JSON.sorted(members)
    }
    var members: [JSON.Member] = [.init("name", any(tunnel.name)), .init("peers", .list(peers))]
    if let digest = tunnel.configuration { members.append(.init("configuration", .text(digest))) }
    if let server = tunnel.server {
      members += [
        .init("process", .natural(server.process)), .init("startedAt", .natural(server.startedAt)),
        .init("program", any(server.program)),
      ]
    }
    return JSON.sorted(members)
  }

  /// What was kept before `serial` took over. Without it, or when it is damaged or of another serial, nothing was there:
  /// then tunnels are only held to what they are now.
  public func tunnels(before serial: UInt64) throws(ClientError) -> TunnelsSeen {
    guard let bytes = try files.read(keptPath, limit: Self.limit), let json = try? JSON(canonical: bytes),
      let fields = JSONFields(json), fields.natural("serial") == serial, let crashes = fields.list("crashes"),
      let tunnels = fields.list("tunnels")
    else { return TunnelsSeen() }
    var seen = TunnelsSeen()
    for crash in crashes {
      guard case .text(let text) = crash, let name = Base64.decode(text) else { return TunnelsSeen() }
      seen.crashes.append(name)
    }
    for tunnel in tunnels {
      guard let tunnel = Self.tunnel(tunnel) else { return TunnelsSeen() }
      seen.tunnels.append(tunnel)
    }
    return seen
  }

  private static func tunnel(_ json: JSON) -> TunnelsSeen.Tunnel? {
    guard let fields = JSONFields(json), let name = fields.text("name").flatMap(Base64.decode),
      let list = fields.list("peers")
    else { return nil }
    var peers: [TunnelsSeen.Peer] = []
    for element in list {
      guard let peer = JSONFields(element), let key = peer.text("key") else { return nil }
      peers.append(.init(key: key, handshakeAge: peer.natural("handshakeAge"), received: 0, sent: 0))
    }
    var server: TunnelsSeen.Server?
    if let process = fields.natural("process"), let startedAt = fields.natural("startedAt"),
      let program = fields.text("program").flatMap(Base64.decode)
    {
      server = TunnelsSeen.Server(process: process, startedAt: startedAt, program: program)
    }
    return TunnelsSeen.Tunnel(name: name, server: server, configuration: fields.text("configuration"), peers: peers)
  }
}
