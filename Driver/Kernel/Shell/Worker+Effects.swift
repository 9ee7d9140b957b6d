internal import Containers
internal import DriverInterface
internal import Octets
internal import Timeline
internal import Tunnel

// What the machine wants done, taken while the lane is held.

extension Worker {
  /// Takes all effects but those of peers that can transmit: a worker's next slice begins with these.
  mutating func collect(_ state: inout LaneState, _ now: Now) {
    while let effect = state.machine.poll(transmitting: false) { take(effect, &state, now) }
    hasReadyPeers = state.machine.hasReadyPeers
  }

  /// Takes one effect; `transmit` is not among them.
  mutating func take(_ effect: Effect, _ state: inout LaneState, _ now: Now) {
    switch effect {
    case .send(let token, let path): send(Handle(bits: token), along: path, &state)
    case .discard(let token): discard(Handle(bits: token), &state)
    case .arrived(let token, let burst): accept(burst, Handle(bits: token), &state, now)
    case .transmit: break
    case .release(let packet):
      state.statistics.sendDiscards += 1
      if let frame = Frame(token: packet) { discarded.append(frame) }
    case .message(let message): send(message, &state)
    case .report(let report): note(report, &state, now)
    }
  }

  /// Logs a report. Lines are large, and the stack is small where the rest of an effect goes deep.
  @inline(never)
  private mutating func note(_ report: Report, _ state: inout LaneState, _ now: Now) {
    let host = host
    if state.log.note(report, now, { host.trace($0) }) { hasLogLines = true }
  }

  private mutating func send(_ record: Handle, along path: Path, _ state: inout LaneState) {
    var frames = state.bursts[record].frames
    state.bursts.remove(record)
    var bytes = 0
    frames.visit { frame in
      frame.path = path
      bytes += frame.length
    }
    state.statistics.sentPackets += UInt64(frames.count)
    state.statistics.sentBytes += UInt64(bytes)
    state.outgoing.waiting.append(&frames)
    hasDepartures = true
  }

  private mutating func discard(_ record: Handle, _ state: inout LaneState) {
    var frames = state.bursts[record].frames
    state.bursts.remove(record)
    state.statistics.sendDiscards += UInt64(frames.count)
    discarded.append(&frames)
  }

  /// A handshake message or cookie reply; lost when there is no memory, as on the wire.
  private mutating func send(_ message: OutgoingMessage, _ state: inout LaneState) {
    guard let frame = host.takeFrame(length: message.length) else {
      state.statistics.sendDiscards += 1
      return
    }
    frame.withMemory(headroom: 0) { memory in
      memory.store(message.octets.bytes.extracting(0..<message.length), at: 0)
    }
    frame.path = message.path
    frame.trafficClass = message.trafficClass
    state.outgoing.waiting.append(frame)
    hasDepartures = true
  }

  /// Has the machine judge a burst that was opened and is next in order, and lets pass what it lets pass.
  private mutating func accept(_ burst: Handle, _ record: Handle, _ state: inout LaneState, _ now: Now) {
    var frames = state.bursts[record].frames
    state.bursts.remove(record)
    guard let path = frames.first?.path else { return }
    var place = 0
    frames.visit { frame in
      arrivals[place] = frame.arrival
      place += 1
    }
    arrivals.withMutableSpan(of: 0..<place) { span in state.machine.accept(burst, &span, along: path, now) }
    place = 0
    while let frame = frames.removeFirst() {
      judge(frame, arrivals[place], &state)
      place += 1
    }
  }

  private mutating func judge(_ frame: Frame, _ arrival: Arrival, _ state: inout LaneState) {
    switch arrival.verdict {
    case .deliver:
      state.statistics.receivedPackets += 1
      state.statistics.receivedBytes += UInt64(frame.length)
      frame.moveContent(by: Self.headerLength, length: arrival.length)
      frame.setFamily()
      state.incoming.waiting.append(frame)
      hasDepartures = true
    case .keepalive:
      state.statistics.receivedPackets += 1
      state.statistics.receivedBytes += UInt64(frame.length)
      discarded.append(frame)
    case .pending, .rejected:
      state.statistics.receiveErrors += 1
      discarded.append(frame)
    }
  }
}
