package import Containers
package import Octets
package import Timeline
internal import Transport

// What the simulation may see of the inside. Package access: no host has it.

/// A session as the machine keeps it. Holds its keys.
package struct SessionView: BitwiseCopyable, Sendable {
  /// What seals what this side sends.
  package let sendingKey: Octets32
  /// What opens what this side receives.
  package let receivingKey: Octets32
  /// Whose session it is.
  package let peer: Handle
  /// When the machine says the keys were derived.
  package let born: Instant
  /// Whether we sent the initiation.
  package let isInitiator: Bool
  /// The counter of the next packet.
  package let nextCounter: UInt64
}

/// A handshake job as far as it has come.
package struct JobView: BitwiseCopyable, Sendable {
  /// Whether the next step answers an initiation.
  package let isResponding: Bool
  /// Whether the next step understands a response.
  package let isFinishing: Bool
  /// The message being read; zeros when there is none.
  package let input: FixedOctets<148>
  /// The peer, once it is known.
  package let peer: Handle
  /// Where the message came from, or the initiation goes.
  package let path: Path
}

/// How many of each thing the machine holds.
package struct Census: BitwiseCopyable, Sendable, Equatable {
  /// Sessions, retired ones that wait for tickets included.
  package let sessions: Int
  /// Initiations that await an answer.
  package let initiations: Int
  /// Receiver indices.
  package let indices: Int
  /// Bursts under way.
  package let bursts: Int
  /// Packets parked with the host.
  package let staged: Int
  /// Handshake messages that wait for a worker.
  package let queuedHandshakes: Int
}

extension Machine {
  /// The session of a ticket that is out.
  package func view(of session: Handle) -> SessionView {
    let session = sessions[session]
    return SessionView(
      sendingKey: session.sendingKey, receivingKey: session.receivingKey,
      peer: peers.handle(at: Int(session.owner)) ?? .none, born: session.born, isInitiator: session.isInitiator,
      nextCounter: session.sendingCounter)
  }

  /// The session that `peer` is sent to with.
  package func currentSession(of peer: Handle) -> SessionView? {
    peers[peer].current == .none ? nil : view(of: peers[peer].current)
  }

  /// The session in which `peer` has not been heard yet.
  package func nextSession(of peer: Handle) -> SessionView? {
    peers[peer].next == .none ? nil : view(of: peers[peer].next)
  }

  /// Whether `peer` has any session.
  package func hasSession(_ peer: Handle) -> Bool {
    peers[peer].previous != .none || peers[peer].current != .none || peers[peer].next != .none
  }

  /// How many of each thing there are.
  package var census: Census {
    Census(
      sessions: sessions.count, initiations: initiations.count, indices: indices.count, bursts: bursts.count,
      staged: stagedCount, queuedHandshakes: received.count)
  }
}

extension HandshakeJob {
  /// The job as far as it has come.
  package var view: JobView {
    JobView(isResponding: step == .responding, isFinishing: step == .finishing, input: input, peer: peer, path: path)
  }
}
