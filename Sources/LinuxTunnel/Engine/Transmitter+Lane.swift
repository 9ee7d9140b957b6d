internal import Containers
internal import Octets
internal import Tunnel

// What the transmitter does while it holds the lane.

extension Transmitter {
  /// Stages what was read, and takes what can be sent of what was staged before.
  mutating func stage(_ now: Now, _ lane: Lane) {
    lane.run { state in
      state.hasWokenTransmitter = false
      stageArrivals(&state, now)
      drain(&state, now)
    }
  }

  /// Ends the tickets of the round, and learns where their groups go.
  mutating func complete(_ now: Now, _ lane: Lane) {
    lane.run { state in
      for group in 0..<groupCount {
        guard let ticket = tickets[group].take() else { continue }
        var bytes = 0
        for run in groups[group].firstRun..<groups[group].endRun { bytes += frames.runs[run].length }
        state.machine.complete(ticket, byteCount: bytes, now)
      }
      collect(&state)
    }
  }

  /// Stages packets group by group: up to 64 in a row that go to one peer.
  private mutating func stageArrivals(_ state: inout Lane.State, _ now: Now) {
    var read = 0
    var segment = 0
    while read < arrivalCount && groupCount < Self.groupLimit {
      guard let peer = state.machine.route(arrivals[read].destination) else {
        read += 1
        segment = 0
        continue
      }
      if isOwn(read, peer, state) {
        state.machine.rejectOwnMessage()
        read += 1
        segment = 0
        continue
      }
      let destination = arrivals[read].destination
      let start = (read, segment)
      var count = 0
      while read < arrivalCount, count < SessionLimit.burst,
        arrivals[read].destination == destination || state.machine.route(arrivals[read].destination) == peer,
        !isOwn(read, peer, state)
      {
        let taken = min(arrivals[read].segments.count - segment, SessionLimit.burst - count)
        count += taken
        segment += taken
        guard segment == arrivals[read].segments.count else { break }
        read += 1
        segment = 0
      }
      stageGroup(
        OutgoingGroup(source: .reads(first: start.0, segment: start.1), peer: peer, count: count), &state, now)
    }
  }

  /// Whether what was read is a message that this tunnel has sent.
  private func isOwn(_ read: Int, _ peer: Handle, _ state: borrowing Lane.State) -> Bool {
    guard let message = arrivals[read].message else { return false }
    return state.machine.isOwn(message, for: peer)
  }

  private mutating func stageGroup(_ group: OutgoingGroup, _ state: inout Lane.State, _ now: Now) {
    switch state.machine.stage(count: group.count, for: group.peer, token: UInt64(groupCount), now) {
    case .ticket(let ticket): add(group, ticket)
    case .park: park(group, &state, now)
    case .rejected: break
    }
  }

  private mutating func add(_ group: OutgoingGroup, _ ticket: consuming SealTicket) {
    groups.initialize(groupCount, to: group)
    tickets[groupCount] = consume ticket
    groupCount += 1
  }

  /// Keeps the packets of a group until their peer has a session.
  private mutating func park(_ group: OutgoingGroup, _ state: inout Lane.State, _ now: Now) {
    guard case .reads(var read, var segment) = group.source else { return }
    for _ in 0..<group.count {
      if segment == arrivals[read].segments.count {
        read += 1
        segment = 0
      }
      let arrival = arrivals[read]
      let length = frames.scratch(arrival, segment, of: input)
      segment += 1
      guard let packet = state.parked.park(frames.scratchBytes(length)) else { continue }
      if !state.machine.park(packet, for: group.peer, now) { state.parked.release(packet.token) }
    }
  }

  /// Takes all effects, and bursts of what was staged while there is room for them.
  private mutating func drain(_ state: inout Lane.State, _ now: Now) {
    collect(&state)
    while groupCount < Self.groupLimit, frames.end < Self.stagedGoal, state.machine.hasReadyPeers {
      guard case .transmit(let peer)? = state.machine.poll() else { break }
      unstage(peer, &state, now)
      collect(&state)
    }
  }

  private mutating func unstage(_ peer: Handle, _ state: inout Lane.State, _ now: Now) {
    let token = UInt64(groupCount)
    let unstaged = stagedPackets.withMutableSpan(of: 0..<SessionLimit.burst) { packets in
      state.machine.unstage(peer, token: token, into: &packets, now)
    }
    guard let unstaged else { return }
    let first = placedCount
    for place in 0..<unstaged.packetCount {
      add(frames.place(parked: stagedPackets[place].token, from: &state.parked, mtu: interface.mtu))
    }
    if unstaged.packetCount == 0 { add(frames.placeKeepalive()) }
    add(
      OutgoingGroup(source: .placed(first: first), peer: peer, count: placedCount - first), unstaged.takeTicket())
  }

  private mutating func add(_ packet: PlacedPacket) {
    placed.initialize(placedCount, to: packet)
    placedCount += 1
  }

  /// Takes the effects that are not about staged packets.
  private mutating func collect(_ state: inout Lane.State) {
    while outbox.hasRoom, orderCount < Self.groupLimit, let effect = state.machine.poll(transmitting: false) {
      if case .send(let token, let path) = effect {
        order.initialize(orderCount, to: SendOrder(group: Int(token), path: path))
        orderCount += 1
      } else {
        _ = outbox.take(effect, parked: &state.parked)
      }
    }
  }
}
