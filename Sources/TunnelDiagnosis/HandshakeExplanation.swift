import Octets
public import TunnelReport

/// Why there is a session with a peer or none, as far as this side can tell.
///
/// WireGuard says nothing on the wire to whoever it does not accept, so much has to be concluded from what did not come:
/// the sentences say which side knows.
public struct HandshakeExplanation: Equatable, Sendable {
  /// What is known, one fact a line.
  public private(set) var facts: [String] = []
  /// What is to be concluded, a sentence without its end.
  public private(set) var reason = ""
  /// What to do, sentences without their ends; none when nothing is to be done.
  public private(set) var remedies: [String] = []
  /// The peer's condition.
  public let condition: PeerCondition
  /// The reason in one short line, for a table; empty when nothing is wrong.
  public private(set) var summary = ""

  /// What is to be said of `peer` of `tunnel` at `now`, in seconds since 1970; `observation` is nil when the server
  /// cannot tell more than its configuration, and `endpointName` is the host's name that the endpoint was looked up by.
  public init(
    of peer: PeerState, in tunnel: TunnelState, observation: TunnelObservation?, endpointName: String? = nil,
    now: Int64
  ) {
    let observed = observation?.peer(peer.publicKey)
    condition = PeerCondition(peer, observed: observed, now: now)
    gather(peer, observed, now)
    conclude(peer, tunnel, observation, observed)
    if let observation, !condition.isHealthy { addStrangers(observation) }
    if !condition.isHealthy { summary = summarize(peer, observation, observed, endpointName) }
  }

  /// What was tried, and where; the conclusion when that does not say it.
  private func summarize(
    _ peer: PeerState, _ observation: TunnelObservation?, _ observed: PeerObservation?, _ name: String?
  ) -> String {
    guard case .handshaking = condition, observation?.isUp == true, let observed, observed.unconfirmedAge == nil,
      observed.awaitsResponse, let endpoint = peer.endpoint
    else { return reason }
    let age = observed.messageAge.map { "last initiation \(Self.seconds($0)) ago, " } ?? ""
    // One that the peer has roamed to is nobody's name.
    let origin = observed.roamedAge == nil ? name.map { " from the name \($0)" } ?? "" : ""
    return "\(age)no response x\(observed.initiations); endpoint \(endpoint.text)\(origin)"
  }

  private mutating func gather(_ peer: PeerState, _ observed: PeerObservation?, _ now: Int64) {
    facts.append("endpoint \(peer.endpoint?.text ?? "not known")")
    facts.append(
      peer.handshakeSeconds == 0 ? "no handshake yet" : "latest handshake \(max(0, now - peer.handshakeSeconds)) s ago")
    facts.append("\(peer.sentBytes) bytes sent, \(peer.receivedBytes) received")
    guard let observed else {
      facts.append("this server does not tell how far handshakes have come")
      return
    }
    if let age = observed.messageAge { facts.append("last handshake message sent \(Self.seconds(age)) ago") }
    if observed.awaitsResponse { facts.append("initiation \(observed.initiations) awaits its response") }
    if let time = observed.roundTrip { facts.append("last handshake took \(time) µs") }
    if let age = observed.sessionAge {
      let side = observed.sessionIsInitiator ? "began here" : "began at the peer"
      facts.append("session \(Self.seconds(age)) old, \(side), \(observed.sessionPackets) packets sent in it")
    }
    if let age = observed.unconfirmedAge { facts.append("answered \(Self.seconds(age)) ago, not confirmed yet") }
    if observed.stagedPackets > 0 { facts.append("\(observed.stagedPackets) packets wait for a session") }
    if let loss = PacketLoss(observed) {
      facts.append("\(loss.lost) of \(loss.expected) packets of the peer were lost: \(loss.text)")
    }
    if observed.holdsCookie { facts.append("the peer sent a cookie: it was under load") }
    if let age = observed.roamedAge {
      facts.append("the peer moved to this endpoint by itself \(Self.seconds(age)) ago")
    }
    if let refusal = observed.refusal, let age = observed.refusalAge {
      facts.append("last refused for \(refusal), \(Self.seconds(age)) ago")
    }
  }

  private mutating func conclude(
    _ peer: PeerState, _ tunnel: TunnelState, _ observation: TunnelObservation?, _ observed: PeerObservation?
  ) {
    if observation?.isUp == false {
      reason = "the interface is down, so nothing is sent or answered"
      remedies = ["ip link set up dev \(tunnel.name)"]
    } else if tunnel.privateKey == nil {
      reason = "the interface has no private key, so nothing can be sealed or opened"
      remedies = ["needletail set \(tunnel.name) private-key FILE"]
    } else if observed?.unconfirmedAge != nil, !condition.isHealthy || observed?.sessionAge == nil {
      reason = "the peer called and was answered, and has sent nothing with the new keys: our response may not reach it"
      remedies = ["look at firewalls on the way from here to \(peer.endpoint?.text ?? "the peer")"]
    } else {
      concludeFromCondition(peer, tunnel)
    }
  }

  private mutating func concludeFromCondition(_ peer: PeerState, _ tunnel: TunnelState) {
    switch condition {
    case .established, .roaming, .rekeying:
      reason = "there is a session: both sides have proved who they are"
    case .skewed:
      reason = "the newest handshake is in the future: this machine's clock was set back"
      remedies = ["set the clock, by NTP for example"]
    case .rejected(let reason):
      concludeFromRefusal(reason)
    case .underLoad:
      reason = "the peer is under load and has asked for proof of our address; the next initiation carries it"
      remedies = ["wait five seconds; when it goes on, look at address translation on the way: it may change our port"]
    case _ where peer.endpoint == nil:
      reason = "it is not known where the peer is, so this side waits until it calls"
      remedies = ["needletail set \(tunnel.name) peer \(peer.name) endpoint HOST:PORT, or let the peer begin"]
    case .idle:
      reason =
        peer.allowedIPs.isEmpty
        ? "the peer has no allowed IPs, so no packet is ever for it"
        : "nothing was sent yet: no packet was for this peer"
      remedies =
        peer.allowedIPs.isEmpty
        ? ["needletail set \(tunnel.name) peer \(peer.name) allowed-ips PREFIX"]
        : ["send something to one of its allowed IPs; needletail explain route ADDRESS says whether it comes here"]
    case .handshaking, .stale:
      reason = "initiations go out and nothing comes back; a peer that does not accept one says nothing"
      remedies = [
        "is UDP let through to \(peer.endpoint?.text ?? "the peer"), and is a server listening there",
        "does the peer know this side's public key: \(tunnel.publicKey?.keyText ?? "(none)")",
        "is the peer's public key really \(peer.name)",
        "did this machine's clock go back since the last handshake: the peer refuses timestamps that are not newer",
      ]
    }
  }

  private mutating func concludeFromRefusal(_ name: String) {
    switch name {
    case "stale_initiation":
      reason = "the peer's initiation is not newer than its last: it was replayed, or the peer's clock went back"
      remedies = ["set the peer's clock", "a peer on two machines at once does this too: give each its own key"]
    case "handshake_failed":
      reason = "what the peer sent does not open: the preshared keys differ, or it is not the peer that answers"
      remedies = ["compare the preshared keys of both sides, which must be the same or absent"]
    default:
      reason = "what the peer sent was refused: \(name)"
    }
  }

  /// What came from nobody that is known may be the peer with another key.
  private mutating func addStrangers(_ observation: TunnelObservation) {
    func add(_ name: String, _ meaning: String) {
      let count = observation.count(of: name)
      if count > 0 { facts.append("\(count) messages refused for \(name) since the server started: \(meaning)") }
    }
    add("bad_mac1", "whoever sent them has another public key for this side")
    add("unknown_peer", "their sender's public key is not configured here")
    add("handshake_failed", "they did not open")
    add("unknown_index", "they belong to no handshake or session that there is, after a restart for example")
  }

  private static func seconds(_ milliseconds: UInt64) -> String {
    milliseconds < 1000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
  }
}
