internal import Tunnel

// What administrators do: every change of a machine's configuration goes through here, so that the settings, which the
// oracle judges by, stay what the machine was told.

extension World {
  /// Makes the devices of the plan, each a peer of each other, and brings them up.
  func populate() {
    for number in 0..<plan.deviceCount {
      let settings = Settings(device: number)
      let node = Node(
        number: number, device: makeDevice(number, incarnation: 0, settings), settings: settings,
        privateKey: random.octets(), endpoint: freshEndpoint(number),
        uptime: random.anyInterval(upTo: .seconds(1_000_000)) + .seconds(1))
      nodes.append(node)
    }
    for node in nodes { setPrivateKey(node) }
    for node in nodes {
      for other in nodes where other !== node { introduce(other, to: node) }
    }
    for node in nodes { bringUp(node) }
  }

  /// An address nobody has: IPv4 or IPv6.
  func freshEndpoint(_ number: Int) -> Endpoint {
    let port = UInt16(1024 + random.below(60_000))
    let host = UInt32(number) << 8 | UInt32(random.below(256))
    return random.happens(0.7)
      ? Endpoint(IPAddress(v4: 0xc633_0000 | host), port: port)
      : Endpoint(IPAddress(v6High: 0x2001_0db8_0000_0000, low: UInt64(host)), port: port)
  }

  /// Gives the machine of `node` its private key; peers learn the public key when they are told.
  func setPrivateKey(_ node: Node) {
    act(on: node) { device, now in
      device.machine.setPrivateKey(node.privateKey)
      node.settings.publicKey = device.machine.publicKey
      if let key = device.machine.publicKey { book.owners[key.name] = node.number }
      device.drain(now)
    }
  }

  /// Makes `other` a peer of `node` with a preshared key that both use; the node may know where it is.
  func introduce(_ other: Node, to node: Node) {
    guard let key = other.settings.publicKey, node.settings.peer(key) == nil else { return }
    act(on: node) { device, now in
      do throws(ConfigurationFault) {
        guard let handle = try device.machine.addPeer(key) else { return }
        let peer = PeerSettings(key, device: other.number)
        node.settings.peers.append(peer)
        peer.presharedKey = mutualKey(node, other)
        device.machine.setPresharedKey(peer.presharedKey, for: handle)
        if random.happens(plan.keepalives) { setKeepalive(UInt16(1 + random.below(60)), peer, handle, device, now) }
        if random.happens(0.8) { setEndpoint(other.endpoint, peer, handle, device, now) }
        for prefix in [other.network4, other.network6] { try give(prefix, to: peer, handle, of: node) }
      } catch {
        // Scarcity: what was done until then stands.
      }
      device.drain(now)
    }
  }

  /// The preshared key that two devices agree on unless somebody changed it.
  private func mutualKey(_ one: Node, _ other: Node) -> Octets32 {
    let (low, high) = (min(one.number, other.number), max(one.number, other.number))
    var keys = SeededRandom(seed: UInt64(low * 100 + high))
    return keys.happens(plan.presharedKeys) ? keys.octets() : Octets32()
  }

  private func setKeepalive(
    _ seconds: UInt16, _ peer: PeerSettings, _ handle: Handle, _ device: Device, _ now: Now
  ) {
    peer.keepalive = seconds
    device.machine.setPersistentKeepalive(seconds, for: handle, now)
  }

  private func setEndpoint(
    _ endpoint: Endpoint, _ peer: PeerSettings, _ handle: Handle, _ device: Device, _ now: Now
  ) {
    peer.endpoint = endpoint
    device.machine.setEndpoint(endpoint, for: handle, now)
  }

  private func give(
    _ prefix: Prefix, to peer: PeerSettings, _ handle: Handle, of node: Node
  ) throws(ConfigurationFault) {
    try node.device.machine.insertAllowedIP(prefix, for: handle)
    for holder in node.settings.peers { holder.allowedIPs.removeAll { $0 == prefix } }
    peer.allowedIPs.append(prefix)
  }

  /// Has `change` done to a peer of `node`.
  func change(
    _ peer: PeerSettings, of node: Node, _ change: (Device, Handle, Now) -> Void
  ) {
    act(on: node) { device, now in
      guard let handle = device.machine.peer(for: peer.publicKey) else { return book.fail("a peer cannot be found") }
      change(device, handle, now)
      device.drain(now)
    }
  }

  func bringUp(_ node: Node) {
    act(on: node) { device, now in
      node.settings.isUp = true
      device.machine.bringUp(now)
      device.drain(now)
    }
  }

  func bringDown(_ node: Node) {
    act(on: node) { device, now in
      if node.settings.isUp { node.settings.era += 1 }
      node.settings.isUp = false
      device.machine.bringDown()
      device.drain(now)
    }
  }

  func remove(_ peer: PeerSettings, from node: Node) {
    change(peer, of: node) { device, handle, _ in
      node.settings.peers.removeAll { $0 === peer }
      device.machine.removePeer(handle)
    }
  }

  /// Moves a prefix to `peer`, or takes it from its holder.
  func move(_ prefix: Prefix, to peer: PeerSettings, of node: Node) {
    change(peer, of: node) { _, handle, _ in
      do throws(ConfigurationFault) {
        try give(prefix, to: peer, handle, of: node)
      } catch {
        // Scarcity: nothing has changed.
      }
    }
  }

  func take(_ prefix: Prefix, from peer: PeerSettings, of node: Node) {
    change(peer, of: node) { device, handle, _ in
      peer.allowedIPs.removeAll { $0 == prefix }
      device.machine.removeAllowedIP(prefix, for: handle)
    }
  }

  func setPresharedKey(_ key: Octets32, _ peer: PeerSettings, of node: Node) {
    change(peer, of: node) { device, handle, _ in
      peer.presharedKey = key
      device.machine.setPresharedKey(key, for: handle)
    }
  }

  func setEndpoint(_ endpoint: Endpoint, _ peer: PeerSettings, of node: Node) {
    change(peer, of: node) { device, handle, now in setEndpoint(endpoint, peer, handle, device, now) }
  }

  func setKeepalive(_ seconds: UInt16, _ peer: PeerSettings, of node: Node) {
    change(peer, of: node) { device, handle, now in setKeepalive(seconds, peer, handle, device, now) }
  }

  /// Takes the identity away, and after a while gives it back, or another one that peers are then told of.
  func replaceIdentity(_ node: Node, by key: Octets32, after pause: Interval) {
    let isNew = key != node.privateKey
    let old = node.settings.publicKey
    node.privateKey = Octets32()
    setPrivateKey(node)
    after(pause) { world in
      node.privateKey = key
      world.setPrivateKey(node)
      guard isNew, let old else { return }
      for other in world.nodes where other !== node {
        world.after(world.random.anyInterval(upTo: .seconds(20))) { world in
          if let peer = other.settings.peer(old) { world.remove(peer, from: other) }
          world.introduce(node, to: other)
        }
      }
    }
  }

  /// Ends the machine of `node` as a host must: down, every ticket ended, and then all storage is back. Starts another one
  /// with the same configuration.
  func restart(_ node: Node) {
    let wasUp = node.settings.isUp
    retire(node)
    node.incarnation += 1
    node.device = makeDevice(node.number, incarnation: node.incarnation, node.settings)
    let peers = node.settings.peers
    node.settings.peers = []
    setPrivateKey(node)
    for peer in peers {
      act(on: node) { device, now in
        do throws(ConfigurationFault) {
          guard let handle = try device.machine.addPeer(peer.publicKey) else { return }
          node.settings.peers.append(peer)
          (peer.sentBytes, peer.receivedBytes) = (0, 0)
          (peer.expectedPackets, peer.receivedPackets) = (0, 0)
          device.machine.setPresharedKey(peer.presharedKey, for: handle)
          if let endpoint = peer.endpoint { device.machine.setEndpoint(endpoint, for: handle, now) }
          for prefix in peer.allowedIPs { try device.machine.insertAllowedIP(prefix, for: handle) }
          device.machine.setPersistentKeepalive(peer.keepalive, for: handle, now)
        } catch {
          book.fail("the heap gives storage")
        }
        device.drain(now)
      }
    }
    if wasUp { bringUp(node) }
  }

  /// Takes `node` down, ends its tickets in any order and checks that nothing is left of its machine.
  func retire(_ node: Node) {
    node.device.storage.failingRequest = nil
    bringDown(node)
    while !node.device.pending.isEmpty, book.failure == nil {
      act(on: node) { device, now in device.work(random.below(device.pending.count), now) }
    }
    guard book.failure == nil else { return }
    let census = node.device.machine.census
    if census.sessions + census.initiations + census.indices + census.bursts + census.staged > 0 {
      book.fail("device \(node.number): something is left after it went down: \(census)")
    }
    if node.device.parkedCount + node.device.burstsInHand > 0 {
      book.fail("device \(node.number): packets are left after it went down")
    }
    node.device.machine.removeAllPeers()
    let storage = node.device.storage
    let name = "device \(node.number)"
    node.device = Device(streams: RandomStreams(seed: 0), limits: MachineLimits())
    if storage.outstanding > 0 { book.fail("\(name): \(storage.outstanding) pieces of storage were not given back") }
  }
}
