internal import Containers
internal import Cryptography
internal import Octets
internal import Timeline
internal import Tunnel

// The way in: datagrams of the sockets.

extension Worker {
  /// Earlier bursts of the slice that a datagram may join.
  private static let lookBehind = 8

  /// Opens a slice of the datagrams that wait; whether there were any.
  mutating func openSlice() -> Bool {
    let now = host.now
    let taken = lane.run { state in
      // In the lane, so that slices are admitted in the order they were taken in.
      var frames = host.takeInbound(limit: Self.slice)
      let taken = frames.count
      guard taken > 0 else { return 0 }
      sliceCount = 0
      while let frame = frames.removeFirst() { sort(frame) }
      for place in 0..<sliceCount { admit(place, &state, now) }
      collect(&state, now)
      return taken
    }
    if taken == Self.slice { host.wake() }
    guard groupCount > 0 else { return taken > 0 }
    withCipher { worker, kernel in
      for group in 0..<worker.groupCount { worker.open(group, with: kernel) }
    }
    finish(host.now)
    return true
  }

  /// Puts a datagram with those it is admitted together with: data of one session that came along one path.
  private mutating func sort(_ frame: Frame) {
    let kind = frame.withContent { Datagram.kind(of: $0) }
    var entry = SlicedDatagram()
    if kind == .data {
      entry.isData = true
      entry.receiverIndex = frame.withContent { DataMessage.receiverIndex(of: $0) }
      var place = sliceCount - 1
      while place >= max(0, sliceCount - Self.lookBehind) {
        if datagrams[place].isData, datagrams[place].receiverIndex == entry.receiverIndex {
          guard datagrams[place].frames.first?.path == frame.path else { break }
          datagrams[place].frames.append(frame)
          return
        }
        place -= 1
      }
    }
    entry.frames.append(frame)
    datagrams[sliceCount] = entry
    sliceCount += 1
  }

  private mutating func admit(_ place: Int, _ state: inout LaneState, _ now: Now) {
    var frames = datagrams[place].frames
    guard datagrams[place].isData else {
      while let frame = frames.removeFirst() {
        let path = frame.path
        frame.withContent { state.machine.admit(handshake: $0, along: path, now) }
        discarded.append(frame)
      }
      return
    }
    if let record = begin(frames, &state) {
      if let ticket = state.machine.admit(
        receiverIndex: datagrams[place].receiverIndex, count: frames.count, token: record.bits, now)
      {
        add(record, frames)
        openTickets[groupCount - 1] = consume ticket
        return
      }
      state.bursts.remove(record)
    }
    state.statistics.receiveDiscards += UInt64(frames.count)
    discarded.append(&frames)
  }

  private mutating func open(_ group: Int, with kernel: CipherKernel) {
    guard var ticket = openTickets[group].take() else { return }
    var rest = groups[group].frames.first
    while let frame = rest {
      rest = frame.next
      let length = frame.length
      let trafficClass = frame.trafficClass
      frame.arrival = frame.withMemory(headroom: 0) { memory in
        ticket.openMessage(&memory, at: 0, length: length, trafficClass: trafficClass, with: kernel)
      }
    }
    openTickets[group] = consume ticket
  }

  private mutating func finish(_ now: Now) {
    lane.run { state in
      for group in 0..<groupCount {
        guard let ticket = openTickets[group].take() else { continue }
        state.machine.finish(ticket, now)
      }
      groupCount = 0
      collect(&state, now)
    }
  }
}
