internal import Cryptography
public import Tunnel

/// A datagram on the simulated wire.
public struct WireDatagram: Sendable {
  /// The payload.
  public var octets: [UInt8]
  /// Where it goes to, and from which source if that was set.
  public var path: Path
  /// The outer DS field.
  public var trafficClass: UInt8
}

/// One host of the machine: keeps packets, seals and opens inline or later, and collects what leaves.
///
/// Work that a ticket or a job stands for waits in `pending` until `work(at:)` picks it, so a scheduler can finish it in
/// any order. What the machine wants done is done after every call, as `Docs/Obligations.md` asks.
public final class Device {
  /// The machine under test.
  public var machine: Machine
  /// What left and has not been taken by the network.
  public var outbox: [WireDatagram] = []
  /// Inner packets that were delivered, in order.
  public var delivered: [[UInt8]] = []
  /// What the machine reported, in order.
  public var reports: [Report] = []
  /// Work that waits for somebody to do it.
  public internal(set) var pending: [PendingWork] = []
  /// Called with every datagram of data that is sealed, before it may leave.
  public var onSealed: (([UInt8]) -> Void)?
  /// The tunnel's MTU, for padding.
  public var mtu = 1420
  /// How many handshakes may be worked on at once; with 0 received ones queue up.
  public var handshakeWorkers = Int.max

  /// Judges everything the machine does; nil where a test judges by itself.
  var oracle: Oracle?
  /// When a new piece of work will be ready, at the earliest; nil for at once.
  var readiness: (() -> Instant)?

  let storage = HeapStorage()
  let streams: RandomStreams
  let kernel = CipherKernel.portable
  var parked: [UInt64: [UInt8]] = [:]
  var sealed: [UInt64: SealedBurst] = [:]
  var opened: [UInt64: OpenedBurst] = [:]
  var nextToken: UInt64 = 1
  var arrivalCount = 0

  /// A device with an empty machine, down, whose randomness follows from `seed`.
  public convenience init(seed: UInt64, limits: MachineLimits = MachineLimits()) {
    self.init(streams: RandomStreams(seed: seed), limits: limits)
  }

  init(streams: RandomStreams, limits: MachineLimits) {
    self.streams = streams
    do throws(StorageError) {
      machine = try Machine(limits: limits, storage: storage.storage, randomness: streams.randomness)
    } catch {
      preconditionFailure("the heap gives storage")
    }
  }

  /// Has the machine's next request for storage refused.
  public func refuseStorage() { storage.failingRequest = storage.requests + 1 }

  /// Regions of storage the machine holds.
  public var storageOutstanding: Int { storage.outstanding }
  /// Packets the machine has parked with the device.
  public var parkedCount: Int { parked.count }
  /// Bursts that were sealed or opened and neither sent nor dropped.
  public var burstsInHand: Int { sealed.count + opened.count }

  /// Sends inner packets, which must all go to one peer, as one burst; false when there is no route.
  @discardableResult
  public func transmit(_ packets: [[UInt8]], _ now: Now) -> Bool {
    guard let first = packets.first, let peer = route(first) else { return false }
    transmit(packets, to: peer, now)
    return true
  }

  /// Sends inner packets to `peer`, whatever they contain.
  func transmit(_ packets: [[UInt8]], to peer: Handle, _ now: Now) {
    let token = takeToken()
    switch machine.stage(count: packets.count, for: peer, token: token, now) {
    case .ticket(let ticket): begin(ticket, packets, token, for: peer, now)
    case .park: park(packets, for: peer, now)
    case .rejected: break
    }
    drain(now)
  }

  private func route(_ packet: [UInt8]) -> Handle? {
    do throws(InnerPacketRejection) {
      let destination = try InnerPacket.inspectOutgoing(packet.rawSpan).destination
      let peer = machine.route(destination)
      oracle?.routed(destination, to: peer, by: machine)
      return peer
    } catch {
      return nil
    }
  }

  private func park(_ packets: [[UInt8]], for peer: Handle, _ now: Now) {
    for packet in packets {
      let token = takeToken()
      parked[token] = packet
      if !machine.park(StagedPacket(token: token, length: UInt32(packet.count)), for: peer, now) { parked[token] = nil }
    }
  }

  /// Takes datagrams that arrived together along one path.
  public func receive(_ datagrams: [[UInt8]], along path: Path, trafficClass: UInt8 = 0, _ now: Now) {
    var run: [[UInt8]] = []
    var index: UInt32 = 0
    for datagram in datagrams {
      guard case .data = Datagram.kind(of: datagram.rawSpan) else {
        admit(run, index, path, trafficClass, now)
        run = []
        let queued = machine.census.queuedHandshakes
        machine.admit(handshake: datagram.rawSpan, along: path, now)
        oracle?.admitted(datagram, queuedBefore: queued, by: machine)
        drain(now)
        continue
      }
      let next = DataMessage.receiverIndex(of: datagram.rawSpan)
      if next != index || run.count == SessionLimit.burst {
        admit(run, index, path, trafficClass, now)
        run = []
      }
      index = next
      run.append(datagram)
    }
    admit(run, index, path, trafficClass, now)
  }

  private func admit(_ run: [[UInt8]], _ index: UInt32, _ path: Path, _ trafficClass: UInt8, _ now: Now) {
    guard !run.isEmpty else { return }
    let token = takeToken()
    if let ticket = machine.admit(receiverIndex: index, count: run.count, token: token, now) {
      let session = ticket.session
      let work = OpenWork(ticket, run, token, path, trafficClass, firstArrival: arrivalCount)
      work.session = oracle?.issuedOpenTicket(session, now, by: machine)
      work.era = oracle?.settings.era ?? 0
      append(.open(work))
    }
    arrivalCount += run.count
    drain(now)
  }

  /// Runs timers that are due.
  public func advance(to now: Now) {
    while machine.nextDeadline <= now.instant {
      machine.advance(to: now)
      drain(now)
    }
    takeHandshakes(now)
  }

  /// Takes every handshake that waits into `pending`, as far as there are workers.
  func takeHandshakes(_ now: Now) {
    while machine.nextHandshake <= now.instant, handshakesInHand < handshakeWorkers {
      var job = HandshakeJob(randomness: streams.randomness)
      guard machine.takeJob(into: &job, now) else { break }
      let work = HandshakeWork(job)
      oracle?.took(work, by: machine)
      append(.handshake(work))
    }
  }

  /// When the device next wants to be advanced.
  public var nextDeadline: Instant {
    handshakesInHand < handshakeWorkers ? min(machine.nextDeadline, machine.nextHandshake) : machine.nextDeadline
  }

  /// Handshake jobs under way.
  var handshakesInHand: Int {
    pending.count {
      if case .handshake = $0 { true } else { false }
    }
  }

  func takeToken() -> UInt64 {
    defer { nextToken += 1 }
    return nextToken
  }
}
