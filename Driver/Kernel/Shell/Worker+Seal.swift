internal import Containers
internal import Cryptography
internal import Octets
internal import Timeline
internal import Tunnel

// The way out: packets of the protocol stack, and packets that were staged until there was a session.

extension Worker {
  /// Bytes of a data message before its packet: what a frame has before its content.
  static var headerLength: Int { DataMessage.headerByteCount }

  /// Seals a slice of the packets that wait; whether there were any.
  mutating func sealSlice() -> Bool {
    let now = host.now
    let taken = lane.run { state in
      advance(&state, now)
      let taken = takeSlice(&state)
      stage(&state, now)
      unstageReady(&state, now)
      collect(&state, now)
      return taken
    }
    if taken == Self.slice { host.wake() }
    guard groupCount > 0 else { return taken > 0 }
    withCipher { worker, kernel in
      for group in 0..<worker.groupCount { worker.seal(group, with: kernel) }
    }
    complete(host.now)
    return true
  }

  /// Lets the machine's time pass.
  private func advance(_ state: inout LaneState, _ now: Now) {
    if state.armed <= now.instant { state.armed = .distantFuture }
    if state.machine.nextDeadline <= now.instant { state.machine.advance(to: now) }
  }

  /// Shows the slice to the machine: up to 64 packets in a row that go to one peer make a burst.
  private mutating func stage(_ state: inout LaneState, _ now: Now) {
    var place = 0
    while place < sliceCount {
      let destination = packets[place].destination
      var frames = FrameChain()
      guard let peer = state.machine.route(destination) else {
        state.statistics.sendErrors += 1
        if let frame = packets[place].frame { discarded.append(frame) }
        place += 1
        continue
      }
      while place < sliceCount,
        packets[place].destination == destination || state.machine.route(packets[place].destination) == peer
      {
        if let frame = packets[place].frame { frames.append(frame) }
        place += 1
      }
      stage(frames, for: peer, &state, now)
    }
    sliceCount = 0
  }

  private mutating func stage(
    _ frames: consuming FrameChain, for peer: Handle, _ state: inout LaneState, _ now: Now
  ) {
    guard let record = begin(frames, &state) else {
      state.statistics.sendDiscards += UInt64(frames.count)
      discarded.append(&frames)
      return
    }
    switch state.machine.stage(count: frames.count, for: peer, token: record.bits, now) {
    case .ticket(let ticket):
      add(record, frames)
      sealTickets[groupCount - 1] = consume ticket
    case .park:
      state.bursts.remove(record)
      while let frame = frames.removeFirst() {
        let packet = StagedPacket(token: frame.token, length: UInt32(frame.length))
        guard !state.machine.park(packet, for: peer, now) else { continue }
        state.statistics.sendDiscards += 1
        discarded.append(frame)
      }
    case .rejected(let rejection):
      state.bursts.remove(record)
      if rejection == .noEndpoint {
        state.statistics.sendErrors += UInt64(frames.count)
      } else {
        state.statistics.sendDiscards += UInt64(frames.count)
      }
      discarded.append(&frames)
    }
  }

  /// Opens a record for a burst; nil when there is no memory.
  func begin(_ frames: FrameChain, _ state: inout LaneState) -> Handle? {
    try? state.bursts.insert(FrameBurst(frames: frames))
  }

  mutating func add(_ record: Handle, _ frames: FrameChain) {
    groups[groupCount] = WorkGroup(record: record, frames: frames)
    groupCount += 1
  }

  /// Takes bursts of staged packets while there is room.
  private mutating func unstageReady(_ state: inout LaneState, _ now: Now) {
    while groupCount < Self.groupLimit, state.machine.hasReadyPeers, let record = begin(FrameChain(), &state) {
      guard let effect = state.machine.poll() else { return state.bursts.remove(record) }
      guard case .transmit(let peer) = effect else {
        state.bursts.remove(record)
        take(effect, &state, now)
        continue
      }
      unstage(peer, record, &state, now)
    }
  }

  private mutating func unstage(_ peer: Handle, _ record: Handle, _ state: inout LaneState, _ now: Now) {
    let unstaged = staged.withMutableSpan(of: 0..<SessionLimit.burst) { packets in
      state.machine.unstage(peer, token: record.bits, into: &packets, now)
    }
    guard let unstaged else { return state.bursts.remove(record) }
    var frames = FrameChain()
    for place in 0..<unstaged.packetCount {
      if let frame = Frame(token: staged[place].token) { frames.append(frame) }
    }
    if unstaged.packetCount == 0, let frame = host.takeFrame(length: 0) {
      frame.trafficClass = 0
      frames.append(frame)
    }
    state.bursts[record].frames = frames
    add(record, frames)
    sealTickets[groupCount - 1] = unstaged.takeTicket()
  }

  /// Seals the packets of a group in place. A group that has no frame, a keepalive without memory, stays unsealed.
  private mutating func seal(_ group: Int, with kernel: CipherKernel) {
    guard var ticket = sealTickets[group].take() else { return }
    let host = host
    var mtu4 = -1
    var mtu6 = -1
    var rest = groups[group].frames.first
    while let frame = rest {
      rest = frame.next
      frame.closeChecksums()
      let length = frame.length
      var mtu = 0
      if frame.family == 4 {
        if mtu4 < 0 { mtu4 = host.mtu(family: 4) }
        mtu = mtu4
      } else if frame.family == 6 {
        if mtu6 < 0 { mtu6 = host.mtu(family: 6) }
        mtu = mtu6
      }
      let padded = DataMessage.paddedLength(of: length, mtu: mtu)
      let sealed = frame.withMemory(headroom: Self.headerLength) { memory in
        for place in length..<padded { memory.store(0, at: Self.headerLength + place) }
        return ticket.seal(&memory, at: 0, length: padded, with: kernel)
      }
      frame.moveContent(by: -Self.headerLength, length: sealed)
    }
    sealTickets[group] = consume ticket
  }

  /// Ends the tickets, and takes what the machine wants done about it.
  private mutating func complete(_ now: Now) {
    lane.run { state in
      for group in 0..<groupCount {
        guard let ticket = sealTickets[group].take() else { continue }
        var bytes = 0
        groups[group].frames.visit { bytes += $0.length }
        state.machine.complete(ticket, byteCount: bytes, now)
      }
      groupCount = 0
      collect(&state, now)
    }
  }
}
