internal import CLinuxTunnel
internal import Containers
internal import Cryptography
internal import Octets
internal import Timeline
internal import Tunnel

/// The way out: reads packets from the TUN device, seals them and sends them, and sends what was staged when a session
/// comes up. The only thread that seals, so that bursts are finished in the order they were staged.
///
/// A round is what stays in the cache: a super-packet, or up to 64 packets. A packet is copied once, from where the
/// kernel put it to where it is sealed and sent from.
struct Transmitter: ~Copyable {
  private static let readLimit = SessionLimit.burst
  /// Bytes after which a round reads no more; a read brings up to 64 KiB.
  private static let readGoal = 48 << 10
  /// Groups in a round: a read may be cut into several.
  static let groupLimit = 128
  /// Room for sealed packets. Only what is used costs memory.
  private static let frameRoom = 8 << 20
  /// Frame bytes from which no further staged burst is taken into the round.
  static let stagedGoal = 1 << 20

  /// A pause after which what comes probably comes alone: several times what a round of one packet takes.
  private static let quiet = Interval.nanoseconds(50_000)

  let interface: Interface
  let lane: Lane
  private let sockets: UDPSockets
  private let journal: Journal
  private let kernel: CipherKernel

  var input: PacketMemory
  var arrivals: Region<TunArrival>
  var arrivalCount = 0
  var groups: Region<OutgoingGroup>
  var groupCount = 0
  var placed: Region<PlacedPacket>
  var placedCount = 0
  var stagedPackets: Region<StagedPacket>
  var frames: SealFrames
  /// The ticket of each group.
  var tickets: Region<SealTicket?>
  var order: Region<SendOrder>
  var orderCount = 0
  var outbox: Outbox
  private var sender: DatagramSender
  /// When the last round was about to be sent.
  private var lastEnd = Instant(nanoseconds: 0)

  init(
    _ interface: Interface, _ lane: Lane, _ sockets: UDPSockets, _ journal: Journal, _ kernel: CipherKernel
  ) throws(SystemError) {
    let input = try PacketMemory(byteCount: Self.readGoal + TunDevice.readByteCount)
    let arrivals = try Region<TunArrival>.system(count: Self.readLimit)
    let groups = try Region<OutgoingGroup>.system(count: Self.groupLimit)
    let placed = try Region<PlacedPacket>.system(count: Self.groupLimit * SessionLimit.burst)
    let stagedPackets = try Region.system(
      repeating: StagedPacket(token: 0, length: 0), count: SessionLimit.burst)
    let frames = try SealFrames(byteCount: Self.frameRoom)
    let order = try Region<SendOrder>.system(count: Self.groupLimit)
    var tickets = try Region<SealTicket?>.system(count: Self.groupLimit)
    for group in 0..<Self.groupLimit { tickets.initialize(group, to: Optional<SealTicket>.none) }
    let sender = try DatagramSender()
    let outbox = try Outbox()
    self.input = input
    self.arrivals = arrivals
    self.groups = groups
    self.placed = placed
    self.stagedPackets = stagedPackets
    self.frames = frames
    self.order = order
    self.tickets = tickets
    self.sender = sender
    self.outbox = outbox
    self.interface = interface
    self.lane = lane
    self.sockets = sockets
    self.journal = journal
    self.kernel = kernel
  }

  /// Works until the interface ends.
  mutating func run() {
    // Lent to what works with it: to take it out of self each time would count a reference each time.
    let lane = lane
    var hasMore = true
    while !interface.hasEnded {
      arrivalCount = 0
      if hasMore {
        hasMore = read(isAlone: false)
      } else {
        let ready = linux_wait_readable(interface.tun.descriptor.number, lane.transmitWake.number, -1, -1)
        if ready & 2 != 0 { lane.transmitWake.clear() }
        if ready & 1 != 0 { hasMore = read(isAlone: Now.read().instant.since(lastEnd) >= Self.quiet) }
      }
      transmit(lane)
    }
  }

  /// Reads what there is, up to a round; whether there may be more.
  ///
  /// After a silence a packet probably comes alone, and goes out at once: to look for another first would delay it by a
  /// system call, and the wait that follows finds out as well.
  private mutating func read(isAlone: Bool) -> Bool {
    var end = 0
    var packets = 0
    while arrivalCount < Self.readLimit && packets < SessionLimit.burst && end < Self.readGoal {
      switch interface.tun.read(into: &input, at: end) {
      case .packet(let count):
        guard let arrival = Self.understand(input, at: end, count, interface.tun.offload) else { continue }
        arrivals.initialize(arrivalCount, to: arrival)
        arrivalCount += 1
        packets += arrival.segments.count
        end += (count + 63) & ~63
        if isAlone { return false }
      case .gone:
        interface.end()
        return false
      case .nothing, .failure:
        return false
      }
    }
    return true
  }

  /// What was read, if it is an honest IP packet.
  private static func understand(
    _ input: borrowing PacketMemory, at offset: Int, _ length: Int, _ offload: TunOffload
  ) -> TunArrival? {
    let read = input.bytes.extracting(offset..<offset + length)
    do throws(TunRejection) {
      let segments = try TunSegments(parsing: read, count: length, hasVirtioHeader: offload.hasVirtioHeader)
      let inner = try? InnerPacket.inspectOutgoing(read.extracting(segments.start..<length))
      guard let inner else { return nil }
      return TunArrival(
        offset: offset, length: length, segments: segments, destination: inner.destination,
        message: InnerDataMessage(read.extracting(segments.start..<length)),
        trafficClass: ECN.encapsulate(inner.differentiatedServices))
    } catch {
      return nil
    }
  }

  /// Seals and sends what was read and what can be sent of what was staged.
  private mutating func transmit(_ lane: Lane) {
    groupCount = 0
    placedCount = 0
    orderCount = 0
    frames.removeAll()
    stage(Now.read(), lane)
    // Room for the effects of `complete`, which must all be taken.
    outbox.flush(sockets, journal)
    if groupCount > 0 {
      for group in 0..<groupCount {
        frames.breakRun()
        seal(group)
      }
      kernel.wipeStack()
      let now = Now.read()
      complete(now, lane)
      send(lane)
      lastEnd = now.instant
    }
    outbox.flush(sockets, journal)
  }

  /// Seals the packets of a group one behind the other.
  private mutating func seal(_ group: Int) {
    guard var ticket = tickets[group].take() else { return }
    let mtu = interface.mtu
    let first = frames.runCount
    switch groups[group].source {
    case .placed(let first):
      for place in first..<first + groups[group].count { frames.seal(placed[place], with: &ticket, kernel) }
    case .reads(var read, var segment):
      for _ in 0..<groups[group].count {
        if segment == arrivals[read].segments.count {
          read += 1
          segment = 0
        }
        let packet = frames.place(arrivals[read], segment, of: input, mtu: mtu)
        frames.seal(packet, with: &ticket, kernel)
        segment += 1
      }
    }
    groups[group].firstRun = first
    groups[group].endRun = frames.runCount
    tickets[group] = consume ticket
  }

  /// Sends the groups that may go out, in their order.
  private mutating func send(_ lane: Lane) {
    for place in 0..<orderCount {
      let group = order[place].group
      for run in groups[group].firstRun..<groups[group].endRun {
        if sender.isFull { flush(lane) }
        var message = frames.runs[run]
        message.path = order[place].path
        sender.append(message)
      }
    }
    flush(lane)
  }

  private mutating func flush(_ lane: Lane) {
    let result = sender.flush(frames.memory, to: sockets)
    // A source that is no longer good is chosen anew; the machine need not know which peer's it was.
    if result.staleSources != 0 { lane.run { $0.machine.forgetSources() } }
  }
}
