internal import Cryptography
internal import Tunnel

/// What somebody who is no peer can make: datagrams from whatever was overheard, and from public keys.
enum Attacker {
  /// What the attacker puts where MAC2 belongs.
  static let wrongMAC2: UInt8 = 0xee

  /// An initiation that only the owner of `publicKey` can see through: random, but for the type and MAC1.
  static func initiation(to publicKey: Octets32, _ random: inout SeededRandom) -> [UInt8] {
    var message = (0..<Initiation.byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    message.replaceSubrange(0..<4, with: [1, 0, 0, 0])
    stampMACs(&message, publicKey, isMarked: random.happens(0.5))
    return message
  }

  /// Writes MAC1 for the owner of `publicKey`, and a MAC2 of zeros or a wrong one.
  static func stampMACs(_ message: inout [UInt8], _ publicKey: Octets32, isMarked: Bool) {
    let label = Array("mac1----".utf8)
    let key = BLAKE2s.hash(label.rawSpan, publicKey.bytes)
    let end = message.count - 32
    let mac = BLAKE2s.mac16(key: key.bytes, message.rawSpan.extracting(first: end))
    for i in 0..<16 {
      message[end + i] = mac[i]
      message[end + 16 + i] = isMarked ? wrongMAC2 : 0
    }
  }

  /// A cookie reply without a cookie in it.
  static func cookieReply(to index: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var message = (0..<CookieReply.byteCount).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    message.replaceSubrange(0..<8, with: [3, 0, 0, 0] + index.prefix(4))
    return message
  }
}

extension World {
  /// An address of the attacker's.
  private func attackerEndpoint() -> Endpoint {
    Endpoint(IPAddress(v4: 0xcb00_7100 | UInt32(random.below(256))), port: UInt16(1 + random.below(65_000)))
  }

  /// Somebody who is no peer does something to `node`.
  func attack(_ node: Node) {
    switch random.below(8) {
    case 0, 1: replay(network.overheard)
    case 2: replay(network.overheardInitiations)
    case 3, 4: damage()
    case 5: rubbish(to: node)
    case 6: forgeCookie(for: node)
    default: flood(node)
    }
  }

  private func replay(_ flights: [Network.Flight]) {
    guard !flights.isEmpty else { return }
    for _ in 0..<1 + random.below(8) {
      var flight = random.pick(flights)
      if random.happens(0.7) { flight.from = attackerEndpoint() }
      if random.happens(0.1) { flight.to = random.pick(nodes).endpoint }
      network.inject(flight, after: random.anyInterval(upTo: .seconds(300)), at: now)
    }
  }

  private func damage() {
    for _ in 0..<1 + random.below(6) where !network.overheard.isEmpty {
      var flight = random.pick(network.overheard)
      flight.from = attackerEndpoint()
      switch random.below(3) {
      case 0: flight.octets[random.below(flight.octets.count)] ^= 1 << UInt8(random.below(8))
      case 1: flight.octets.removeLast(random.below(flight.octets.count))
      default: flight.octets.append(0)
      }
      network.inject(flight, after: random.anyInterval(upTo: .seconds(1)), at: now)
    }
  }

  private func rubbish(to node: Node) {
    for _ in 0..<8 {
      var octets = (0..<random.below(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if octets.count > 4, random.happens(0.7) {
        octets.replaceSubrange(0..<4, with: [UInt8(1 + random.below(4)), 0, 0, 0])
      }
      inject(octets, to: node, after: random.anyInterval(upTo: .seconds(1)))
    }
  }

  private func inject(_ octets: [UInt8], to node: Node, after delay: Interval) {
    let flight = Network.Flight(
      octets: octets, from: attackerEndpoint(), to: node.endpoint, trafficClass: 0, arrival: now, number: 0)
    network.inject(flight, after: delay, at: now)
  }

  private func forgeCookie(for node: Node) {
    guard let seen = network.overheard.last(where: { $0.from == node.endpoint && ($0.octets.first ?? 4) < 3 })
    else { return }
    inject(Attacker.cookieReply(to: Array(seen.octets[4..<8]), &random), to: node, after: .milliseconds(1))
  }

  /// More initiations than the workers of `node`, who are all away, can look at, for longer than a retry takes.
  func flood(_ node: Node) {
    guard !node.isAsleep, node.settings.isUp, let key = node.settings.publicKey else { return }
    let workers = max(1, node.device.handshakeWorkers)
    node.device.handshakeWorkers = 0
    for second in 0..<UInt64(8) {
      after(.seconds(second)) { world in
        world.floodOnce(node, key, second == 0 ? 520 : 20)
      }
    }
    // Peers ask for cookies meanwhile.
    for second in [1, 2, 6, 7] as [UInt64] {
      after(.seconds(second)) { world in world.send(1, from: world.random.pick(world.nodes), to: node) }
    }
    after(.milliseconds(7900)) { world in
      // Most of what waits is rubbish: going down and up is quicker than looking at it all.
      if world.random.happens(0.7) {
        world.bringDown(node)
        world.bringUp(node)
      }
      node.device.handshakeWorkers = workers
      world.act(on: node) { _, _ in }
    }
  }

  func floodOnce(_ node: Node, _ key: Octets32, _ count: Int) {
    guard !node.isAsleep else { return }
    act(on: node) { device, now in
      for _ in 0..<count {
        let message = Attacker.initiation(to: key, &random)
        device.receive([message], along: Path(attackerEndpoint()), now)
      }
    }
  }
}
