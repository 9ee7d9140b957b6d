internal import Octets
internal import ProtocolVectors
internal import TestStorage
internal import Tunnel

/// A machine that is up and has a peer, and takes datagrams from a fuzzer. Time goes on with every datagram.
final class FuzzMachine {
  private var machine: Machine
  private var job: HandshakeJob
  private var nanoseconds: UInt64 = 1_000_000_000
  private let path = Path(Endpoint(IPAddress(v4: 0xc000_0201), port: 51820))

  init() {
    // SAFETY: fills exactly the bytes it is given. What is drawn need not be random here, only the same in each run.
    let randomness = unsafe Randomness(context: nil) { _, purpose, _, place, byteCount in
      unsafe place.initializeMemory(as: UInt8.self, repeating: purpose &+ 1, count: byteCount)
    }
    machine = try! Machine(storage: TestStorage().storage, randomness: randomness)
    job = HandshakeJob(randomness: randomness)
    machine.setPrivateKey(Octets32(exactly: FirstHandshake.responderPrivate))
    let initiator = Octets32(exactly: FirstHandshake.initiatorPublic)
    if let peer = try! machine.addPeer(initiator) {
      machine.setPresharedKey(Octets32(exactly: FirstHandshake.presharedKey), for: peer)
      try! machine.insertAllowedIP(Prefix(IPAddress(v4: 0), length: 0)!, for: peer)
      machine.setEndpoint(path.remote, for: peer, now)
    }
    machine.bringUp(now)
  }

  private var now: Now {
    Now(
      instant: Instant(nanoseconds: nanoseconds),
      wall: WallTime(seconds: 1_700_000_000 + nanoseconds / 1_000_000_000, nanoseconds: 0))
  }

  /// Takes the datagrams in `bytes`, each behind its length, with MAC1 made right where there is room for one.
  func receive(_ bytes: [UInt8], fixing targets: DatagramTargets) {
    var rest = bytes[...]
    while let length = rest.popFirst() {
      let datagram = targets.withMAC1(Array(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
      nanoseconds += 25_000_000
      receive(datagram)
    }
  }

  private func receive(_ bytes: [UInt8]) {
    let time = now
    if Datagram.kind(of: bytes.rawSpan) == .data {
      if let ticket = machine.admit(
        receiverIndex: DataMessage.receiverIndex(of: bytes.rawSpan), count: 1, token: 1, time)
      {
        machine.finish(ticket, time)
      }
    } else {
      machine.admit(handshake: bytes.rawSpan, along: path, time)
    }
    while machine.nextHandshake <= time.instant, machine.takeJob(into: &job, time) {
      repeat { job.run() } while machine.commit(&job, time)
    }
    while machine.nextDeadline <= time.instant { machine.advance(to: time) }
    while let effect = machine.poll() {
      if case .arrived(_, let burst) = effect {
        var arrivals = [Arrival()]
        var span = arrivals.mutableSpan
        machine.accept(burst, &span, along: path, time)
      }
    }
  }
}
