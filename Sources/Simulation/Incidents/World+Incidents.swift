internal import Tunnel

// Trouble, by mood: each incident is planned at the beginning and happens at its time.

extension World {
  /// Plans one incident of a mood of this world.
  func planIncident() {
    let mood = random.pick(plan.moods)
    at(now + random.interval(upTo: plan.duration)) { $0.happen(mood) }
  }

  private func happen(_ mood: Mood) {
    let node = random.pick(nodes)
    book.note("incident: \(mood) at device \(node.number)")
    switch mood {
    case .administration: administer(node)
    case .switching: operate(node)
    case .sleep: if random.happens(0.5) { suspend(node) } else { setWallClock(node) }
    case .roaming: roam(node)
    case .storms: storm()
    case .hostility: attack(node)
    case .sloth: stall(node)
    case .edges: converse(node)
    case .windows: runAhead(node)
    case .scarcity: starve(node)
    }
  }

  /// A peer of `node`; nil when it has none.
  func anyPeer(of node: Node) -> PeerSettings? {
    node.settings.peers.isEmpty ? nil : random.pick(node.settings.peers)
  }

  private func administer(_ node: Node) {
    guard let peer = anyPeer(of: node) else { return }
    let other = nodes[peer.device]
    switch random.below(9) {
    case 0:
      remove(peer, from: node)
      after(random.anyInterval(upTo: .seconds(60))) { $0.introduce(other, to: node) }
    case 1:
      let key = random.happens(0.5) ? Octets32() : random.octets()
      setPresharedKey(key, peer, of: node)
      if random.happens(0.5) { forget(node) }
      after(random.anyInterval(upTo: .seconds(60))) { world in
        guard let own = node.settings.publicKey, let reverse = other.settings.peer(own) else { return }
        world.setPresharedKey(key, reverse, of: other)
      }
    case 2: replaceIdentity(node, by: random.octets(), after: random.anyInterval(upTo: .seconds(10)))
    case 3: replaceIdentity(node, by: node.privateKey, after: random.anyInterval(upTo: .seconds(10)))
    case 4: moveSomePrefix(of: node, to: peer)
    case 5: setKeepalive(UInt16(random.pick([0, 1, 5, 25])), peer, of: node)
    case 6: setEndpoint(freshEndpoint(peer.device), peer, of: node)
    case 7: setEndpoint(other.endpoint, peer, of: node)
    default:
      act(on: node) { device, _ in device.machine.forgetSources() }
    }
  }

  /// Has `node` lose its sessions, so that handshakes follow.
  private func forget(_ node: Node) {
    bringDown(node)
    bringUp(node)
    converse(node)
  }

  /// Gives a prefix of somebody, or a part of it, or everything, to `peer`; and takes it away again.
  private func moveSomePrefix(of node: Node, to peer: PeerSettings) {
    let target = random.pick(nodes)
    let base = random.pick([target.network4, target.network6])
    let length = random.pick([0, Int(base.length), Int(base.length) + 1, base.address.family.bitCount])
    let address = target.address(base.address.family, &random)
    let prefix = length == Int(base.length) ? base : Node.prefix(address, length)
    move(prefix, to: peer, of: node)
    after(random.anyInterval(upTo: .seconds(30))) { world in
      guard node.settings.peers.contains(where: { $0 === peer }) else { return }
      let owner = node.settings.peers.first { $0.device == target.number }
      if prefix == base, let owner { return world.move(prefix, to: owner, of: node) }
      world.take(prefix, from: peer, of: node)
    }
  }

  private func operate(_ node: Node) {
    if random.happens(0.3) {
      if !node.isAsleep { restart(node) }
    } else {
      bringDown(node)
      after(random.anyInterval(upTo: .seconds(20))) { $0.bringUp(node) }
    }
  }

  private func suspend(_ node: Node) {
    guard !node.isAsleep else { return }
    // Some hosts hear of a sleep before it begins, others only of its end.
    if random.happens(0.5) {
      act(on: node) { device, now in
        if node.settings.isUp { node.settings.era += 1 }
        device.machine.suspend()
        device.drain(now)
      }
    }
    node.isAsleep = true
    after(random.anyInterval(upTo: .seconds(600))) { $0.wake(node) }
  }

  /// Ends the sleep of `node`: keys from before are void.
  func wake(_ node: Node) {
    guard node.isAsleep else { return }
    node.isAsleep = false
    act(on: node) { device, now in
      device.machine.resume(now)
      for peer in node.settings.peers {
        if let handle = device.machine.peer(for: peer.publicKey), device.machine.hasSession(handle) {
          device.oracle?.fail("a session was kept over a sleep")
        }
      }
      device.drain(now)
      device.advance(to: now)
    }
  }

  private func setWallClock(_ node: Node) {
    let step = Int(random.anyInterval(upTo: .seconds(100_000)).nanoseconds)
    node.wallError += random.happens(0.5) ? step : -step
  }

  private func roam(_ node: Node) {
    let old = node.endpoint
    if random.happens(0.5) {
      node.endpoint.port = UInt16(1024 + random.below(60_000))
    } else {
      node.endpoint = freshEndpoint(node.number)
    }
    // Somebody else may get the old address.
    if random.happens(0.2), let other = nodes.first(where: { $0 !== node }) { other.endpoint = old }
  }

  private func storm() {
    let length = random.anyInterval(upTo: .seconds(200))
    switch random.below(4) {
    case 0:
      let (one, other) = (random.below(nodes.count), random.below(nodes.count))
      network.cuts.append((one, other))
      if random.happens(0.5) { network.cuts.append((other, one)) }
      after(length) { $0.network.cuts.removeAll() }
    case 1:
      let type = UInt8(1 + random.below(4))
      network.blocked.insert(type)
      after(length) { $0.network.blocked.remove(type) }
    default:
      let weather = network.weather
      network.weather.loss = random.pick([0.3, 0.9, 1])
      network.weather.duplication = 0.3
      network.weather.damage = 0.1
      network.weather.reorders = random.happens(0.5)
      network.weather.spread = random.anyInterval(upTo: .seconds(10))
      after(length) { $0.network.weather = weather }
    }
  }

  /// All workers of `node` stop for a while.
  private func stall(_ node: Node) {
    let workers = max(1, node.device.handshakeWorkers)
    node.device.handshakeWorkers = 0
    after(random.anyInterval(upTo: .seconds(20))) { world in
      node.device.handshakeWorkers = workers
      world.act(on: node) { _, _ in }
    }
  }

  private func starve(_ node: Node) {
    node.device.storage.failingRequest = node.device.storage.requests + 1 + random.below(6)
    guard let peer = anyPeer(of: node), random.happens(0.5) else { return }
    // Something that needs storage.
    let other = nodes[peer.device]
    remove(peer, from: node)
    introduce(other, to: node)
    after(.seconds(1)) { world in
      // An administrator tries again until it works.
      node.device.storage.failingRequest = nil
      world.introduce(other, to: node)
      world.restorePrefixes(of: node)
    }
  }

  /// Gives every peer of `node` what belongs to its device.
  func restorePrefixes(of node: Node) {
    for peer in node.settings.peers {
      let other = nodes[peer.device]
      for prefix in [other.network4, other.network6] where !peer.allowedIPs.contains(prefix) {
        move(prefix, to: peer, of: node)
      }
    }
  }
}
