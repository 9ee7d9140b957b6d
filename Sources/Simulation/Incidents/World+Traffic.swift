internal import Tunnel

// What hosts send through their tunnels.

extension World {
  /// Has packets sent, again and again, at the plan's pace.
  func startTalking() {
    after(random.interval(upTo: .nanoseconds(2 * plan.pause.nanoseconds))) { world in
      guard world.isTalking else { return }
      world.converse(world.random.pick(world.nodes))
      world.startTalking()
    }
  }

  /// `node` sends a burst to one of its peers, or to nobody.
  func converse(_ node: Node) {
    guard !node.isAsleep, let peer = anyPeer(of: node) else { return }
    let other = nodes[random.happens(0.95) ? peer.device : random.below(nodes.count)]
    let count = random.happens(0.2) ? 1 + random.below(plan.longestBurst) : 1
    send(count, from: node, to: other)
  }

  /// `node` sends `count` packets, as one burst, to an inner address of `other`.
  func send(_ count: Int, from node: Node, to other: Node, isHonest: Bool = false) {
    guard !node.isAsleep else { return }
    let family: IPAddress.Family = random.happens(0.6) ? .v4 : .v6
    let destination = other.address(family, &random)
    // A host that forwards may have an inner source that is not its own.
    let origin = !isHonest && random.happens(0.03) ? random.pick(nodes) : node
    let source = origin.address(family, &random)
    let recipient = node.settings.owner(of: destination)
    let isDishonest = !isHonest && random.happens(0.02)
    var packets: [[UInt8]] = []
    for _ in 0..<count {
      let fault: InnerTraffic.Fault = !isDishonest ? .none : family == .v4 ? random.pick([.version, .length]) : .length
      let length = random.happens(0.05) ? 100 + random.below(1300) : 28 + random.below(64)
      let field = UInt8(truncatingIfNeeded: random.next())
      packets.append(
        book.enter(sender: node.number, recipient: recipient?.device ?? -1, fault: fault) { id in
          InnerTraffic.packet(id, from: source, to: destination, length: length, field: field, fault: fault)
        })
    }
    book.tally.packets += count
    book.note("device \(node.number) sends \(count) packets to \(recipient?.device ?? -1)")
    act(on: node) { device, now in
      guard isDishonest else {
        device.transmit(packets, now)
        return
      }
      // No host of ours sends these; the other end must see to them.
      guard let recipient, let handle = device.machine.peer(for: recipient.publicKey) else { return }
      device.transmit(packets, to: handle, now)
    }
  }

  /// Plans packets for the moments at which a session that was derived just now reaches an age.
  func watchAges(_ number: Int, _ key: Octets32) {
    guard plan.moods.contains(.edges), let other = book.owners[key.name] else { return }
    let birth = now
    for age in [120, 165, 180, 540] where random.happens(0.4) {
      let edge = birth + .seconds(UInt64(age))
      let before = Instant(nanoseconds: edge.nanoseconds - UInt64(1 + random.below(1000)))
      let moment = random.pick([before, edge, edge + random.interval(upTo: .seconds(1))])
      let (from, to) = random.happens(0.5) ? (number, other) : (other, number)
      at(moment) { $0.send(1, from: $0.nodes[from], to: $0.nodes[to]) }
    }
  }

  /// `node` uses up counters until a datagram that is held back arrives at the very edge of the window.
  func runAhead(_ node: Node) {
    guard let peer = anyPeer(of: node), let handle = node.device.machine.peer(for: peer.publicKey),
      let session = node.device.machine.currentSession(of: handle), node.settings.isUp, !node.isAsleep
    else { return }
    let other = nodes[peer.device]
    let held = session.nextCounter
    let distance = random.pick([8127, 8128, 8129, 8191, 8192, 8200])
    let weather = network.weather
    network.weather = .fair
    network.weather.loss = 1
    send(1, from: node, to: other, isHonest: true)
    finishSealing(node)
    guard let flight = network.overheard.last, flight.octets.count > 32,
      flight.octets.rawSpan.littleEndian64(at: 8) == held, flight.octets[0] == 4
    else {
      network.weather = weather
      return
    }
    act(on: node) { device, now in
      let next = device.machine.currentSession(of: handle)?.nextCounter ?? 0
      _ = device.burn(Int(held) + distance - Int(next), handle, now)
    }
    network.weather = .fair
    send(1, from: node, to: other, isHonest: true)
    finishSealing(node)
    network.weather = weather
    for delay in [400, 700] { network.inject(flight, after: .milliseconds(UInt64(delay)), at: now) }
  }

  /// Does the sealing that waits at `node`, in order.
  private func finishSealing(_ node: Node) {
    while true {
      let place = node.device.pending.firstIndex {
        if case .seal = $0 { true } else { false }
      }
      guard let place, book.failure == nil else { return }
      act(on: node) { device, now in device.work(place, now) }
    }
  }
}
