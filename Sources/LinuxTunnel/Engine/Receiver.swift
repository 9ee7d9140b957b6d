internal import CLinuxTunnel
internal import Containers
internal import Cryptography
internal import Octets
internal import Tunnel

/// The way in: receives datagrams, opens them and writes what was in them to the TUN device. The only thread that opens,
/// so that bursts are accepted in the order they were admitted.
///
/// Datagrams are opened where they were received and written from there: nothing is copied.
struct Receiver: ~Copyable {
  /// Datagrams worked on at a time: what the writer takes in one round.
  private static let roundLimit = TunWriter.capacity
  /// A batch of so many datagrams with nothing to open is a flood of handshake messages or of rubbish.
  private static let floodCount = 8
  /// How long a flood may gather before it is looked at again: a wait and a call for tens of datagrams, not for a few.
  private static let floodRest: UInt32 = 1_000_000
  /// Bursts in a round.
  private static let burstLimit = 64

  private let interface: Interface
  private let lane: Lane
  private let sockets: UDPSockets
  private let journal: Journal
  private let kernel: CipherKernel

  private var input: DatagramReceiver
  private var writer: TunWriter
  private var outbox: Outbox
  private var datagrams: Region<InboundDatagram>
  private var datagramCount = 0
  private var arrivals: Region<Arrival>
  private var bursts: Region<InboundBurst>
  private var burstCount = 0
  private var tickets: Region<OpenTicket?>
  /// The last batch was a flood.
  private var isFlooded = false

  init(
    _ interface: Interface, _ lane: Lane, _ sockets: UDPSockets, _ journal: Journal, _ kernel: CipherKernel
  ) throws(SystemError) {
    let input = try DatagramReceiver()
    let writer = try TunWriter(offload: interface.tun.offload)
    let outbox = try Outbox()
    let datagrams = try Region<InboundDatagram>.system(count: Self.roundLimit)
    let bursts = try Region<InboundBurst>.system(count: Self.burstLimit)
    let arrivals = try Region.system(repeating: Arrival(), count: Self.roundLimit)
    var tickets = try Region<OpenTicket?>.system(count: Self.burstLimit)
    for burst in 0..<Self.burstLimit { tickets.initialize(burst, to: Optional<OpenTicket>.none) }
    self.input = input
    self.writer = writer
    self.outbox = outbox
    self.datagrams = datagrams
    self.bursts = bursts
    self.arrivals = arrivals
    self.tickets = tickets
    self.interface = interface
    self.lane = lane
    self.sockets = sockets
    self.journal = journal
    self.kernel = kernel
  }

  /// Works until the interface ends. `wake` is raised when it has.
  ///
  /// A socket is asked only when it is known to hold something: a call that finds nothing costs as much as a short
  /// datagram does.
  mutating func run() {
    // Lent to what works with it: to take it out of self each time would count a reference each time.
    let lane = lane
    var ready: CInt = 3
    while !interface.hasEnded {
      let hasMoreIPv4 = ready & 1 != 0 && receive(ipv6: false, lane)
      let hasMoreIPv6 = ready & 2 != 0 && receive(ipv6: true, lane)
      // While one has more the other is asked too, so that neither waits for the other to be empty.
      ready = 3
      if hasMoreIPv4 || hasMoreIPv6 { continue }
      if isFlooded {
        isFlooded = false
        linux_rest(Self.floodRest)
      }
      ready = linux_wait_readable(sockets.v4.number, sockets.v6.number, sockets.wake.number, -1)
      if ready & 4 != 0 { linux_wake_clear(sockets.wake.number) }
    }
  }

  /// Receives a batch of one family and works on it; whether there may be more.
  private mutating func receive(ipv6: Bool, _ lane: Lane) -> Bool {
    guard case .batch(let count) = input.receive(from: sockets, ipv6: ipv6) else { return false }
    let isDrained = input.isDrained
    var message = 0
    var offset = 0
    var arrived = 0
    var hasData = false
    while message < count {
      gather(&message, &offset, count)
      if process(lane) { hasData = true }
      arrived += datagramCount
    }
    isFlooded = !hasData && arrived >= Self.floodCount
    return !isDrained
  }

  /// Lists datagrams of the batch from `message` and the byte `offset` of it on, as many as a round takes, and groups
  /// them into bursts.
  private mutating func gather(_ message: inout Int, _ offset: inout Int, _ count: Int) {
    datagramCount = 0
    burstCount = 0
    while message < count, datagramCount < Self.roundLimit {
      guard let group = input.message(message) else {
        message += 1
        continue
      }
      while offset < group.length, datagramCount < Self.roundLimit {
        let length = min(group.segmentSize, group.length - offset)
        guard add(group, at: group.offset + offset, length: length, of: message) else { return }
        offset += length
      }
      guard offset >= group.length else { return }
      message += 1
      offset = 0
    }
  }

  /// Adds a datagram to the burst it continues, or begins another; false when there are too many bursts.
  private mutating func add(_ group: ReceivedDatagrams, at offset: Int, length: Int, of message: Int) -> Bool {
    let (kind, index) = Self.classify(input.memory, at: offset, length: length)
    let last = burstCount - 1
    if kind == .data, last >= 0, bursts[last].continues(index, group, message) {
      bursts[last].count += 1
    } else {
      guard burstCount < Self.burstLimit else { return false }
      bursts.initialize(
        burstCount,
        to: InboundBurst(
          kind: kind, index: index, message: message, first: datagramCount, count: 1, path: group.path,
          trafficClass: group.trafficClass))
      burstCount += 1
    }
    datagrams.initialize(datagramCount, to: InboundDatagram(offset: offset, length: length))
    datagramCount += 1
    return true
  }

  private static func classify(
    _ memory: borrowing PacketMemory, at offset: Int, length: Int
  ) -> (Datagram.Kind, UInt32) {
    let bytes = memory.bytes.extracting(offset..<offset + length)
    let kind = Datagram.kind(of: bytes)
    return (kind, kind == .data ? DataMessage.receiverIndex(of: bytes) : 0)
  }

  /// Admits, opens, accepts and delivers the datagrams of a round; whether there was anything to open.
  private mutating func process(_ lane: Lane) -> Bool {
    let hasData = admit(Now.read(), lane)
    // Room for the effects of `accept`, which must all be taken.
    outbox.flush(sockets, journal)
    if hasData {
      for burst in 0..<burstCount { open(burst) }
      kernel.wipeStack()
      accept(Now.read(), lane)
      deliver()
    }
    outbox.flush(sockets, journal)
    return hasData
  }

  /// Shows every burst to the machine; whether there is anything to open.
  private mutating func admit(_ now: Now, _ lane: Lane) -> Bool {
    lane.run { state in
      var hasData = false
      for place in 0..<burstCount {
        let burst = bursts[place]
        if burst.kind == .data {
          tickets[place] = state.machine.admit(
            receiverIndex: burst.index, count: burst.count, token: UInt64(place), now)
          if tickets[place] != nil { hasData = true }
        } else {
          let datagram = datagrams[burst.first]
          state.machine.admit(
            handshake: input.memory.bytes.extracting(datagram.offset..<datagram.offset + datagram.length),
            along: burst.path, now)
        }
      }
      collect(&state, now)
      return hasData
    }
  }

  private mutating func open(_ place: Int) {
    guard var ticket = tickets[place].take() else { return }
    let burst = bursts[place]
    for number in burst.first..<burst.first + burst.count {
      arrivals[number] = Self.open(
        datagrams[number], with: &ticket, in: &input.memory, trafficClass: burst.trafficClass, kernel)
    }
    tickets[place] = consume ticket
  }

  private static func open(
    _ datagram: InboundDatagram, with ticket: inout OpenTicket, in memory: inout PacketMemory, trafficClass: UInt8,
    _ kernel: CipherKernel
  ) -> Arrival {
    var bytes = memory.mutableBytes
    return ticket.openMessage(
      &bytes, at: datagram.offset, length: datagram.length, trafficClass: trafficClass, with: kernel)
  }

  private mutating func accept(_ now: Now, _ lane: Lane) {
    lane.run { state in
      for place in 0..<burstCount {
        guard let ticket = tickets[place].take() else { continue }
        bursts[place].isOpened = true
        state.machine.finish(ticket, now)
      }
      collect(&state, now)
    }
  }

  /// Takes the machine's effects; bursts that have arrived are judged at once.
  private mutating func collect(_ state: inout Lane.State, _ now: Now) {
    while outbox.hasRoom, let effect = state.machine.poll(transmitting: false) {
      guard case .arrived(let token, let handle) = effect else {
        _ = outbox.take(effect, parked: &state.parked)
        continue
      }
      let burst = bursts[Int(token)]
      arrivals.withMutableSpan(of: burst.first..<burst.first + burst.count) { span in
        state.machine.accept(handle, &span, along: burst.path, now)
      }
    }
  }

  /// Writes what the machine lets pass to the TUN device.
  private mutating func deliver() {
    for place in 0..<burstCount where bursts[place].isOpened {
      for number in bursts[place].first..<bursts[place].first + bursts[place].count
      where arrivals[number].verdict == .deliver {
        writer.append(
          at: datagrams[number].offset + DataMessage.headerByteCount, length: arrivals[number].length,
          of: input.memory)
      }
    }
    if writer.flush(&input.memory, to: interface.tun).isGone { interface.end() }
  }
}

/// One datagram of a round.
struct InboundDatagram: BitwiseCopyable {
  var offset: Int
  var length: Int
}

/// Datagrams of a round that are admitted together: data of one session that came along one path.
struct InboundBurst: BitwiseCopyable {
  var kind: Datagram.Kind
  var index: UInt32
  var message: Int
  var first: Int
  var count: Int
  var path: Path
  var trafficClass: UInt8
  var isOpened = false

  /// Whether a data message of `index` from `group` belongs to this burst.
  func continues(_ index: UInt32, _ group: ReceivedDatagrams, _ message: Int) -> Bool {
    kind == .data && self.index == index && count < SessionLimit.burst
      && (self.message == message || (path == group.path && trafficClass == group.trafficClass))
  }
}
