internal import Tunnel

// How a world ends: everything is put right, everybody must come to talk, silence must bring oblivion, and nothing may be
// left.

extension World {
  /// How long devices may take to talk to each other once nothing hinders them. The longest way: data goes unheard for
  /// 15 s, a handshake crosses another and is repeated after 5 s, each with jitter, and again.
  static let recovery = Interval.seconds(60)

  /// Plays a whole world: trouble, recovery, silence, end.
  func play() {
    book.onBirth = { [unowned self] number, key, _ in watchAges(number, key) }
    startTalking()
    run(until: now + plan.duration)
    putRight()
    comeToTalk()
    if random.happens(0.3) { fallSilent() }
    for node in nodes where book.failure == nil { retire(node) }
  }

  /// Ends all trouble: what administrators, clocks and the network did is undone, and of each two devices one is told where
  /// the other is.
  func putRight() {
    guard book.failure == nil else { return }
    isTalking = false
    forgetPlans()
    network = Network(.fair)
    plan.slowness = 0
    plan.laziness = 0
    plan.moods = []
    plan.stepLimit = .max
    for node in nodes { putRight(node) }
    // Slow workers end what they have in hand: it comes from where peers were, and may move endpoints back there.
    run(until: now + .seconds(1))
    for node in nodes { meetPeers(node) }
    for node in nodes {
      for other in nodes where other.number < node.number {
        let (teller, told) = random.happens(0.5) ? (node, other) : (other, node)
        guard let key = teller.settings.publicKey, let peer = told.settings.peer(key) else { continue }
        setEndpoint(teller.endpoint, peer, of: told)
      }
    }
  }

  private func putRight(_ node: Node) {
    node.device.storage.failingRequest = nil
    node.device.handshakeWorkers = max(1, node.device.handshakeWorkers)
    // Ahead of every time that any clock here has shown: timestamps may not go back.
    node.wallError = 1_000_000_000_000_000
    while nodes.contains(where: { $0 !== node && $0.endpoint == node.endpoint }) {
      node.endpoint = freshEndpoint(node.number)
    }
    if node.privateKey.isZero {
      node.privateKey = random.octets()
      setPrivateKey(node)
    }
    wake(node)
    for work in node.device.pending {
      switch work {
      case .seal(let work): work.ready = Instant(nanoseconds: 0)
      case .open(let work): work.ready = Instant(nanoseconds: 0)
      case .handshake(let work): work.ready = Instant(nanoseconds: 0)
      }
    }
    bringUp(node)
  }

  /// Gives `node` each other device as a peer, with the same preshared key on both sides, and nobody else.
  private func meetPeers(_ node: Node) {
    let isQuiet = random.happens(0.5)
    for peer in node.settings.peers {
      let isGone = nodes[peer.device].settings.publicKey != peer.publicKey
      if isGone { remove(peer, from: node) }
    }
    for other in nodes where other !== node {
      introduce(other, to: node)
      guard let key = other.settings.publicKey, let peer = node.settings.peer(key) else { continue }
      let pair = UInt64(min(node.number, other.number) * 100 + max(node.number, other.number))
      var keys = SeededRandom(seed: pair ^ 0xffff)
      setPresharedKey(keys.octets(), peer, of: node)
      if isQuiet { setKeepalive(0, peer, of: node) }
      for prefix in peer.allowedIPs { take(prefix, from: peer, of: node) }
    }
    restorePrefixes(of: node)
  }

  /// Has everybody send to everybody each second until each has heard each.
  private func comeToTalk() {
    var silent: [(Node, Node, [Int])] = []
    for node in nodes {
      for other in nodes where other !== node { silent.append((node, other, [])) }
    }
    let begin = now
    while !silent.isEmpty, book.failure == nil {
      for i in silent.indices {
        silent[i].2.append(book.packets.count)
        send(1, from: silent[i].0, to: silent[i].1, isHonest: true)
      }
      run(until: now + .seconds(1))
      silent.removeAll { $0.2.contains { book.packets[$0].isDelivered } }
      guard now.since(begin) > Self.recovery, let (node, other, _) = silent.first else { continue }
      book.fail("device \(node.number) cannot talk to device \(other.number) although nothing hinders them")
    }
    book.tally.slowestRecovery = max(book.tally.slowestRecovery, now.since(begin))
  }

  /// Without traffic, peers without a persistent keepalive lose their keys after 540 s, and nothing is sent any more.
  private func fallSilent() {
    guard book.failure == nil else { return }
    let keepers = nodes.contains { $0.settings.peers.contains { $0.keepalive > 0 } }
    guard !keepers else { return }
    run(until: now + .seconds(700))
    for node in nodes where book.failure == nil {
      let census = node.device.machine.census
      if census.sessions + census.initiations > 0 { book.fail("device \(node.number) has keys after 700 s of silence") }
    }
    let seals = book.tally.seals
    run(until: now + .seconds(700))
    if book.tally.seals != seals { book.fail("keepalives go on without data") }
  }
}
