internal import Containers
internal import Cryptography
internal import Octets
internal import Timeline
internal import Tunnel

/// What one thread needs to work for an interface: its tickets, and frames on their way out of the lane.
///
/// A turn takes what waits in slices of 64, decides in the lane, seals and opens outside it, and lets what is finished
/// leave in order. Any number of workers take turns on one interface.
struct Worker: ~Copyable {
  /// Frames taken from a queue in one slice.
  static let slice = SessionLimit.burst
  /// Bursts under way in one worker.
  static let groupLimit = SessionLimit.burst

  let host: Host
  let lane: Lane
  let ciphers: Ciphers
  /// The thread's number.
  let number: UInt32

  /// The bursts that are being sealed, or opened, and their tickets.
  var groups: Region<WorkGroup>
  var groupCount = 0
  var sealTickets: Region<SealTicket?>
  var openTickets: Region<OpenTicket?>
  /// Frames of the slice, and what they are about.
  var packets: Region<SlicedPacket>
  var datagrams: Region<SlicedDatagram>
  var sliceCount = 0

  var staged: Region<StagedPacket>
  var arrivals: Region<Arrival>
  var job: HandshakeJob
  /// Frames to give back once the lane is let go.
  var discarded = FrameChain()
  /// The log has lines that a reader may wait for.
  var hasLogLines = false
  /// Something waits to be sent or indicated.
  var hasDepartures = false
  /// A peer can send what is staged for it, and nobody has taken it yet.
  var hasReadyPeers = false

  /// For the thread of that number.
  init(_ lane: Lane, number: Int) throws(StorageError) {
    let storage = lane.host.storage
    let groups = try Region(repeating: WorkGroup(), count: Self.groupLimit, from: storage)
    let packets = try Region(repeating: SlicedPacket(), count: Self.slice, from: storage)
    let datagrams = try Region(repeating: SlicedDatagram(), count: Self.slice, from: storage)
    let staged = try Region(repeating: StagedPacket(token: 0, length: 0), count: SessionLimit.burst, from: storage)
    let arrivals = try Region(repeating: Arrival(), count: SessionLimit.burst, from: storage)
    var sealTickets = try Region<SealTicket?>(uninitialized: Self.groupLimit, from: storage)
    var openTickets = try Region<OpenTicket?>(uninitialized: Self.groupLimit, from: storage)
    for group in 0..<Self.groupLimit {
      sealTickets.initialize(group, to: Optional<SealTicket>.none)
      openTickets.initialize(group, to: Optional<OpenTicket>.none)
    }
    host = lane.host
    self.lane = lane
    ciphers = Ciphers(lane.host)
    self.number = UInt32(number)
    self.groups = groups
    self.packets = packets
    self.datagrams = datagrams
    self.staged = staged
    self.arrivals = arrivals
    self.sealTickets = sealTickets
    self.openTickets = openTickets
    job = HandshakeJob(randomness: lane.host.randomness)
  }

  /// Does a slice of everything that waits; whether there is more to do at once.
  mutating func work() -> Bool {
    let sealed = sealSlice()
    let opened = openSlice()
    let shaken = shakeHands()
    depart()
    return sealed || opened || shaken || hasReadyPeers
  }

  /// Runs `body`, which seals or opens a batch, with the widest kernel that can be had for it.
  mutating func withCipher(_ body: (inout Worker, CipherKernel) -> Void) {
    guard let wide = ciphers.wide, host.enterWideVectors(worker: number) else {
      return run(body, ciphers.narrow)
    }
    run(body, wide)
    host.leaveWideVectors(worker: number)
  }

  private mutating func run(_ body: (inout Worker, CipherKernel) -> Void, _ kernel: CipherKernel) {
    body(&self, kernel)
    kernel.wipeStack()
  }

  /// Works off one step of one handshake, if any waits.
  private mutating func shakeHands() -> Bool {
    let now = host.now
    let found = lane.run { state in
      guard state.machine.nextHandshake <= now.instant else { return false }
      return state.machine.takeJob(into: &job, now)
    }
    guard found else { return false }
    var goesOn = true
    while goesOn {
      job.run()
      let now = host.now
      goesOn = lane.run { state in
        let goesOn = state.machine.commit(&job, now)
        collect(&state, now)
        return goesOn
      }
    }
    return true
  }

  /// Sends and indicates what is next in order, gives back what is not needed, and tells of log lines. Outside the lane.
  mutating func depart() {
    host.giveBack(discarded.takeAll())
    var hasSent = false
    var hasDelivered = false
    while hasDepartures {
      let (datagrams, packets) = lane.run { state in
        (state.outgoing.take(hasLeft: hasSent), state.incoming.take(hasLeft: hasDelivered))
      }
      hasDepartures = !datagrams.isEmpty || !packets.isEmpty
      hasSent = !datagrams.isEmpty
      hasDelivered = !packets.isEmpty
      host.send(datagrams)
      host.deliver(packets)
    }
    if hasLogLines {
      hasLogLines = false
      host.logReady()
    }
  }
}

/// A burst in work.
struct WorkGroup: BitwiseCopyable {
  /// Its place in the lane's slab of bursts.
  var record = Handle.none
  var frames = FrameChain()
}

/// A packet of the slice that is being sealed.
struct SlicedPacket: BitwiseCopyable {
  var frame: Frame?
  var destination = IPAddress(v4: 0)
}

/// Datagrams of the slice that is being opened.
struct SlicedDatagram: BitwiseCopyable {
  var frames = FrameChain()
  var isData = false
  var receiverIndex: UInt32 = 0
}
