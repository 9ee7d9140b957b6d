public import Cryptography
public import Tunnel

// What a kernel host does with the machine, call for call, so that all of it is compiled and linked as Embedded Swift.

/// One interface of a host, with the memory it lends to the machine.
public struct ClientInterface: ~Copyable {
  var machine: Machine
  var job: HandshakeJob
  let kernel: CipherKernel

  /// A machine from the host's memory and generator.
  public init(storage: Storage, randomness: Randomness) throws(StorageError) {
    machine = try Machine(storage: storage, randomness: randomness)
    job = HandshakeJob(randomness: randomness)
    kernel = CipherKernel.best(ProcessorFeatures())
  }

  /// Everything a configuration request may ask for.
  public mutating func configure(_ key: Octets32, _ prefix: Prefix, _ now: Now) -> UInt64 {
    machine.setPrivateKey(key)
    do throws(ConfigurationFault) {
      guard let peer = try machine.addPeer(key) else { return 0 }
      machine.setPresharedKey(key, for: peer)
      machine.setEndpoint(Endpoint(prefix.address, port: 1), for: peer, now)
      machine.setPersistentKeepalive(25, for: peer, now)
      try machine.insertAllowedIP(prefix, for: peer)
      machine.removeAllowedIP(prefix, for: peer)
      machine.removeAllowedIPs(of: peer)
      let received = machine.status(of: peer)?.receivedBytes ?? 0
      machine.removePeer(peer)
      return received
    } catch {
      return UInt64(error.rawValue)
    }
  }

  /// One packet from the stack.
  public mutating func send(_ frame: inout MutableRawSpan, length: Int, to address: IPAddress, _ now: Now) -> Int {
    guard let peer = machine.route(address) else { return 0 }
    switch machine.stage(count: 1, for: peer, token: 1, now) {
    case .ticket(var ticket):
      let sealed = ticket.seal(&frame, at: 0, length: length, with: kernel)
      machine.complete(ticket, byteCount: sealed, now)
    case .park:
      _ = machine.park(StagedPacket(token: 1, length: UInt32(length)), for: peer, now)
    case .rejected:
      return 0
    }
    return carryOut(now)
  }

  /// One datagram from the socket.
  public mutating func receive(_ frame: inout MutableRawSpan, along path: Path, _ now: Now) -> Int {
    guard Datagram.kind(of: frame.bytes) == .data else {
      machine.admit(handshake: frame.bytes, along: path, now)
      return carryOut(now)
    }
    let index = DataMessage.receiverIndex(of: frame.bytes)
    guard var ticket = machine.admit(receiverIndex: index, count: 1, token: 2, now) else { return 0 }
    let arrival = ticket.openMessage(&frame, at: 0, length: frame.byteCount, trafficClass: 0, with: kernel)
    machine.finish(ticket, now)
    guard case .arrived(_, let burst) = machine.poll() else { return 0 }
    var arrivals = InlineArray<1, Arrival>(repeating: arrival)
    var span = arrivals.mutableSpan
    machine.accept(burst, &span, along: path, now)
    return arrivals[0].length
  }

  /// Timers, handshakes and effects; returns how many effects there were.
  public mutating func carryOut(_ now: Now) -> Int {
    machine.advance(to: now)
    while machine.nextHandshake <= now.instant, machine.takeJob(into: &job, now) {
      repeat { job.run() } while machine.commit(&job, now)
    }
    var count = 0
    while machine.poll() != nil { count += 1 }
    return machine.nextDeadline == .distantFuture ? 0 : count
  }

  /// What was staged for a peer, when `poll` says that it can be sent.
  @_lifetime(packets: copy packets)
  @_lifetime(frame: copy frame)
  public mutating func transmit(
    _ peer: Handle, _ packets: inout MutableSpan<StagedPacket>, _ frame: inout MutableRawSpan, _ now: Now
  ) {
    while let unstaged = machine.unstage(peer, token: 3, into: &packets, now) {
      finish(unstaged, &packets, &frame, now)
    }
  }

  @_lifetime(packets: copy packets)
  @_lifetime(frame: copy frame)
  mutating func finish(
    _ unstaged: consuming Unstaged, _ packets: inout MutableSpan<StagedPacket>, _ frame: inout MutableRawSpan,
    _ now: Now
  ) {
    var byteCount = 0
    let packetCount = unstaged.packetCount
    var ticket = unstaged.takeTicket()
    for place in 0..<packetCount {
      let length = Int(packets[place].length)
      byteCount += ticket.seal(&frame, at: 0, length: length, with: kernel)
    }
    machine.complete(ticket, byteCount: byteCount, now)
  }

  /// The interface goes up, sleeps, wakes and ends.
  public mutating func liveAndDie(_ now: Now) {
    machine.bringUp(now)
    machine.forgetSources()
    machine.resume(now)
    machine.removeAllPeers()
    machine.bringDown()
  }
}
