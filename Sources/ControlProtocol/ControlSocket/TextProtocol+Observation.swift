import Octets
import Timeline

// `observe=1`, a request of our own beside protocol.md §23: how far handshakes have come, and what was refused and why.
// Nothing in its reply is secret. A server of another project closes the connection at a first line that it does not
// know, and so does ours about a target that cannot tell: whoever asks learns that nobody answers, and that is all.

extension TextProtocol {
  /// Room that the facts of one peer take: 525 bytes with every value at its longest.
  static var longestObservation: Int { 528 }
  /// Room for a reason with its count, which is 55 bytes, or for a worker with its time, which is 57.
  static var longestTally: Int { 64 }

  /// Prints the next piece of the reply to an observation and moves on; false when there is no room for it.
  @_lifetime(output: copy output)
  mutating func printNextObserved<Target: ConfigurationTarget & ~Copyable>(
    into output: inout OutputSpan<UInt8>, target: inout Target
  ) -> Bool {
    switch phase {
    case .observedInterface:
      guard output.freeCapacity >= Self.longestObservation else { return false }
      if let interface = target.observe() { output.print(interface) }
      phase = .observedWorker(0)
    case .observedWorker(let number):
      guard output.freeCapacity >= Self.longestTally else { return false }
      if let worker = target.observeWorker(number) {
        output.print("worker_")
        output.print(worker.name)
        output.print(line: "_cpu_us=", worker.processorTime.nanoseconds / 1000)
        phase = .observedWorker(number + 1)
      } else {
        phase = .observedTally(0)
      }
    case .observedTally(let number):
      guard output.freeCapacity >= Self.longestTally else { return false }
      if let tally = target.observeTally(number) {
        output.print("rejected_")
        output.print(name: tally.reason)
        output.print(line: "=", tally.count)
        phase = .observedTally(number + 1)
      } else {
        peerCursor = PeerCursor()
        phase = .observedPeers
      }
    default:
      guard output.freeCapacity >= Self.longestObservation else { return false }
      if let peer = target.observePeer(after: &peerCursor) {
        output.print(peer)
      } else {
        phase = .result(0, thenClose: false)
      }
    }
    return true
  }
}

extension OutputSpan where Element == UInt8 {
  @_lifetime(self: copy self)
  fileprivate mutating func print(_ interface: ObservedInterface) {
    print(line: "up=", interface.isUp ? 1 : 0)
    print(line: "under_load=", interface.isUnderLoad ? 1 : 0)
    print(line: "queued_handshakes=", interface.queuedHandshakes)
    print(line: "staged_packets=", interface.stagedPackets)
    print(line: "sessions=", interface.sessions)
    print(line: "bursts=", interface.bursts)
    if let mtu = interface.mtu { print(line: "mtu=", mtu) }
    if let count = interface.receiveQueueBytes { print(line: "receive_queue_bytes=", count) }
    if let count = interface.receiveDrops { print(line: "receive_drops=", count) }
  }

  @_lifetime(self: copy self)
  fileprivate mutating func print(_ peer: ObservedPeer) {
    print(line: "public_key=", peer.publicKey)
    print(line: "initiations=", UInt64(peer.initiations))
    print(line: "awaits_response=", peer.awaitsResponse ? 1 : 0)
    if let interval = peer.sinceMessage {
      print(line: "handshake_message_age_ms=", interval.nanoseconds / 1_000_000)
    }
    if let interval = peer.roundTrip { print(line: "round_trip_us=", interval.nanoseconds / 1000) }
    if let interval = peer.sessionAge {
      print(line: "session_age_ms=", interval.nanoseconds / 1_000_000)
      print(line: "session_is_initiator=", peer.sessionIsInitiator ? 1 : 0)
      print(line: "session_packets=", peer.sessionPackets)
    }
    if let interval = peer.unconfirmedAge { print(line: "unconfirmed_age_ms=", interval.nanoseconds / 1_000_000) }
    print(line: "holds_cookie=", peer.holdsCookie ? 1 : 0)
    print(line: "staged_packets=", peer.stagedPackets)
    print(line: "expected_packets=", peer.expectedPackets)
    print(line: "received_packets=", peer.receivedPackets)
    if let refusal = peer.refusal, let interval = peer.sinceRefusal {
      print("refused=")
      print(name: refusal)
      append(.lineFeed)
      print(line: "refused_age_ms=", interval.nanoseconds / 1_000_000)
    }
    if let interval = peer.sinceRoaming { print(line: "roamed_age_ms=", interval.nanoseconds / 1_000_000) }
  }
}
