/// The core with one mistake in it, which the simulation has to find.
struct Mutant: Sendable {
  /// One replacement in one file.
  struct Edit: Sendable {
    /// The file, from the root of the repository.
    let file: String
    /// Text that occurs in it exactly once.
    let anchor: String
    let replacement: String

    /// The module the file belongs to.
    var module: String { String(file.split(separator: "/")[1]) }
  }

  let name: String
  /// What is wrong then.
  let fault: String
  let edits: [Edit]

  init(_ name: String, _ fault: String, _ edits: Edit...) {
    self.name = name
    self.fault = fault
    self.edits = edits
  }
}

extension Mutant {
  /// All of them.
  static let all: [Mutant] = [
    Mutant(
      "window-minus-one", "a counter exactly 8128 behind the highest is refused",
      Edit(
        file: "Sources/Transport/ReplayWindow.swift",
        anchor: "size: UInt64 = bitCount - 64", replacement: "size: UInt64 = bitCount - 65")),
    Mutant(
      "session-of-181-s", "sessions are used for a second too long",
      Edit(
        file: "Sources/Transport/TransportLimits.swift",
        anchor: "rejectAfterTime = Interval.seconds(180)", replacement: "rejectAfterTime = Interval.seconds(181)")),
    Mutant(
      "mac2-unchecked", "under load any MAC2 will do",
      Edit(
        file: "Sources/Admission/HandshakeGate.swift",
        anchor: """
          guard let cookie = secret.cookie(of: source, at: now), HandshakeMACs.verifyMAC2(of: message, cookie: cookie) else {
          """,
        replacement: "guard secret.cookie(of: source, at: now) != nil else {")),
    Mutant(
      "endpoint-before-tag", "a datagram moves the endpoint before it is known to be authentic",
      Edit(
        file: "Sources/Tunnel/Data/Machine+Inbound.swift",
        anchor: "    for i in 0..<record.count {\n",
        replacement: "    if isWelcome { moved(record.peer, to: path, now) }\n    for i in 0..<record.count {\n")),
    Mutant(
      "requeue-at-tail", "packets that cannot be sent yet go back behind the others",
      Edit(
        file: "Sources/Tunnel/Data/Machine+Staging.swift",
        anchor: "      isShortOfBursts = true\n",
        replacement: """
                isShortOfBursts = true
                if count > 0 {
                  let entry = peers[peer].staged.removeFirst(in: staged)
                  peers[peer].staged.append(entry, in: &staged)
                }

          """)),
    Mutant(
      "missing-rearm", "a request within 5 s of the last handshake message is forgotten",
      Edit(
        file: "Sources/Tunnel/Handshakes/Machine+Handshakes.swift",
        anchor: "if peers[peer].timers.retransmit == .distantFuture {",
        replacement: "if isRetry && peers[peer].timers.retransmit == .distantFuture {")),
    Mutant(
      "promotion-without-data", "a responder uses a session before the initiator has shown that it has the keys",
      Edit(
        file: "Sources/Tunnel/Handshakes/Machine+Handshakes.swift",
        anchor: "      discardHandshake(peer)\n      begin(session, for: peer, now)\n",
        replacement: "      discardHandshake(peer)\n      begin(session, for: peer, now)\n      promote(peer, now)\n")),
    Mutant(
      "index-reused", "a receiver index is given out although something live has it",
      Edit(
        file: "Sources/Tunnel/Handshakes/Machine+Handshakes.swift",
        anchor: "if indices.find(candidate) == nil { return candidate }", replacement: "return candidate")),
    Mutant(
      "psk-ignored", "handshakes do not mix the preshared key",
      Edit(
        file: "Sources/Tunnel/Handshakes/Machine+Handshakes.swift",
        anchor: "job.presharedKey = peers[peer].presharedKey", replacement: "job.presharedKey = Octets32()")),
    Mutant(
      "timestamp-or-equal", "an initiation as old as the last one is accepted",
      Edit(
        file: "Sources/Handshake/InitiationHistory.swift",
        anchor: "guard latest.precedes(timestamp) else", replacement: "guard !timestamp.precedes(latest) else")),
    Mutant(
      "counter-not-burnt", "the counters of an abandoned ticket are used again",
      Edit(
        file: "Sources/Transport/Session.swift",
        anchor: "public internal(set) var sendingCounter", replacement: "public var sendingCounter"),
      Edit(
        file: "Sources/Tunnel/Data/Machine+Outbound.swift",
        anchor: "    finish(ticket.burst, session: ticket.session, isWhole: false, now)\n",
        replacement: """
              sessions[ticket.session].sendingCounter &-= UInt64(ticket.count)
              finish(ticket.burst, session: ticket.session, isWhole: false, now)

          """)),
    Mutant(
      "keepalives-lost", "keepalives that were received count as lost",
      Edit(
        file: "Sources/Tunnel/Data/Machine+Inbound.swift",
        anchor: "count(accepted: acceptedCount,", replacement: "count(accepted: dataCount,")),
    Mutant(
      "key-wiped-early", "a session is wiped while tickets still use its keys",
      Edit(
        file: "Sources/Transport/Session.swift",
        anchor: "    mayReceive = false\n    return outstanding == 0\n",
        replacement: "    mayReceive = false\n    return true\n")),
  ]
}
