internal import Admission
public import Containers
internal import Cryptography
internal import Handshake
internal import Octets
internal import Routing
public import Timeline
internal import Transport

/// One WireGuard interface: the serial heart that decides everything the protocol decides.
///
/// All methods run in the interface's lane: one at a time, under the host's lock. After any of them the host takes
/// effects with `poll` until nil, and makes sure that `advance` is called at `nextDeadline`.
public struct Machine: ~Copyable {
  /// The bounds this machine was made with.
  public let limits: MachineLimits
  let randomness: Randomness

  var identity: Identity?
  /// What MAC1 of messages to us and our cookie replies are keyed with.
  var macKeys: MACKeys?
  /// Changes with the private key: a job that began before is void.
  var identityEpoch: UInt64 = 0
  /// Whether the interface carries traffic.
  public internal(set) var isUp = false

  var peers: Slab<Peer>
  /// The peers in the order of their creation.
  var roll = PeerLineEnds()
  /// The number the next peer gets.
  var nextNumber: UInt64 = 1
  var publicKeys: PublicKeyTable
  let publicKeyHash: SipHash24
  var allowedIPs: AllowedIPs
  var indices: IndexTable
  var sessions: Slab<Session>
  var initiations: Slab<PendingInitiation>

  var bursts: Slab<Burst>
  /// Set when there was no room for a burst of staged packets: nobody is told to transmit before something has changed.
  var isShortOfBursts = false
  /// Staged packets and dropped ones that the host has not been told of yet.
  var staged: Slab<StagedEntry>
  /// Packets staged for all peers together.
  var stagedCount = 0
  var deadlines: DeadlineHeap

  // What waits for the host, oldest first: see `poll`.
  var released = BurstQueue()
  var dropped = PacketQueue()
  var messages: Ring<OutgoingMessage>
  var reports: Ring<Report>

  // What waits for a handshake worker: see `takeJob`.
  var received: Ring<ReceivedHandshake>
  /// Whose turn it is: our own initiations or received messages.
  var prefersInitiation = false
  var pacer = InitiationPacer()
  var lines = InlineArray<2, PeerLineEnds>(repeating: PeerLineEnds())

  var gate: HandshakeGate
  /// When the gate wants to forget idle sources.
  var gateDeadline = Instant.distantFuture

  /// How often each kind of packet or message was refused.
  public internal(set) var rejections = RejectionCounters()

  /// A machine without peers or identity, down. Takes about 1 MB of `storage` at the default limits, most of it not
  /// touched before a flood of handshakes; everything else grows with use.
  public init(limits: MachineLimits = MachineLimits(), storage: Storage, randomness: Randomness)
    throws(StorageError)
  {
    let messages = try Ring<OutgoingMessage>(capacity: limits.messages, storage: storage)
    let reports = try Ring<Report>(capacity: limits.reports, storage: storage)
    let received = try Ring<ReceivedHandshake>(capacity: limits.queuedHandshakes, storage: storage)
    self.messages = messages
    self.reports = reports
    self.received = received
    self.limits = limits
    self.randomness = randomness
    let tableKey: Octets16 = randomness.draw(.tableKey, subject: 0)
    let limiterKey: Octets16 = randomness.draw(.tableKey, subject: 1)
    publicKeyHash = SipHash24(key: tableKey)
    peers = Slab(limit: limits.peers, storage: storage)
    publicKeys = PublicKeyTable(storage: storage)
    allowedIPs = AllowedIPs(storage: storage)
    indices = IndexTable(storage: storage)
    sessions = Slab(limit: limits.peers * 3 + limits.bursts, storage: storage)
    initiations = Slab(limit: limits.peers, storage: storage)
    bursts = Slab(limit: limits.bursts, storage: storage)
    staged = Slab(limit: 2 * limits.staged, storage: storage)
    deadlines = DeadlineHeap(storage: storage)
    gate = HandshakeGate(key: limiterKey, storage: storage)
  }

  /// Brings the interface up: peers with a persistent keepalive send one. Nothing happens when it is up.
  public mutating func bringUp(_ now: Now) {
    guard !isUp else { return }
    isUp = true
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place), peers[peer].keepaliveInterval > 0 else { continue }
      sendKeepalive(peer, now)
      touch(peer)
    }
  }

  /// Takes the interface down: staged packets are released, timers stop, every handshake and session is wiped. Peers
  /// and what was learnt of them (endpoints, timestamps, statistics) stay.
  public mutating func bringDown() {
    guard isUp else { return }
    isUp = false
    clear(.ready)
    clear(.requested)
    received.removeAll()
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place) else { continue }
      silence(peer)
    }
  }

  /// Wipes every handshake, session and staged packet because the machine is about to sleep, or its host to pause; the
  /// interface stays up. `resume` goes on from here.
  @inline(never)
  public mutating func suspend() {
    guard isUp else { return }
    clear(.ready)
    clear(.requested)
    received.removeAll()
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place) else { continue }
      let isInUse = isActive(peer) || peers[peer].awaitsResumption || peers[peer].keepaliveInterval > 0
      silence(peer)
      peers[peer].awaitsResumption = isInUse
    }
  }

  /// Wipes every handshake and session because the machine was asleep, and asks for a new handshake with each peer
  /// that had a session, also one that `suspend` has wiped. The initiations leave at the pacer's rate.
  @inline(never)
  public mutating func resume(_ now: Now) {
    guard isUp else { return }
    for place in 0..<peers.placeCount {
      guard let peer = peers.handle(at: place), isActive(peer) || peers[peer].awaitsResumption else { continue }
      let hasKeepalive = peers[peer].keepaliveInterval > 0 && peers[peer].awaitsResumption
      peers[peer].awaitsResumption = false
      eraseKeys(peer)
      peers[peer].timers.stop()
      peers[peer].lastHandshakeSent = nil
      if hasKeepalive { sendKeepalive(peer, now) } else { requestInitiation(peer, isRetry: false, now) }
      touch(peer)
    }
  }

  private func isActive(_ peer: Handle) -> Bool { hasSession(peer) || peers[peer].handshake != .none }

  /// Stops everything a peer does, and forgets its keys and staged packets. Its places in lines are the caller's.
  mutating func silence(_ peer: Handle) {
    dropStaged(peer)
    peers[peer].awaitsResumption = false
    peers[peer].timers.stop()
    peers[peer].lastHandshakeSent = nil
    eraseKeys(peer)
    orphanBursts(peer)
    deadlines.set(peer.index, to: .distantFuture)
  }

  mutating func reject(_ rejection: Rejection, count: Int = 1) {
    rejections.count(rejection, by: UInt64(count))
  }

  mutating func report(_ event: Report.Event, _ peer: Handle) {
    _ = reports.append(
      Report(
        event: event, peer: peer, publicKey: peers[peer].publicKey, number: peers[peer].number,
        endpoint: peers[peer].path?.remote))
  }
}
