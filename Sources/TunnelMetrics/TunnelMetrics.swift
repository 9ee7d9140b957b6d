import Octets
public import TunnelReport

/// What all tunnels of a machine said at one time, told as metrics.
///
/// The names are those of exporters that people already have dashboards for: `wireguard_sent_bytes_total`,
/// `wireguard_received_bytes_total`, `wireguard_latest_handshake_seconds` and `…_delay_seconds` with the labels interface,
/// public_key, allowed_ips and friendly_name, `wireguard_device_info`, `wireguard_peer_info` and `wireguard_peer_up`. What no
/// other server tells has names of our own.
public struct TunnelMetrics: Sendable {
  /// Those that answered.
  public var tunnels: [TunnelState]
  /// The names of those that did not.
  public var silent: [String]
  /// What those say beyond their configuration whose servers can, by their names.
  public var observations: [String: TunnelObservation] = [:]
  /// The update channel; nil when the machine follows none.
  public var channel: ChannelState?
  /// What people call peers, by their public keys in base 64.
  public var friendlyNames: [String: String]
  /// When they were asked, in seconds since 1970.
  public var time: Int64

  /// Seconds for which a session is used at most: a peer whose last handshake is older has none (WG §6.1,
  /// REJECT_AFTER_TIME).
  public static let sessionLifetime: Int64 = 180

  /// What was found out.
  public init(tunnels: [TunnelState], silent: [String] = [], friendlyNames: [String: String] = [:], time: Int64) {
    self.tunnels = tunnels
    self.silent = silent
    self.friendlyNames = friendlyNames
    self.time = time
  }

  /// Overwrites the keys that are secret, in place. The interfaces' public keys are gone with them.
  public mutating func wipe() {
    for index in tunnels.indices { tunnels[index].wipe() }
  }

  /// The page that a scraper reads. Nothing in it is secret, but it tells who talks to whom.
  public func page(_ format: MetricsFormat, version: String) -> String {
    var page = MetricsPage(format)
    page.add(
      "needletail", .info, help: "The version of the exporter.", [(labels: Labels(["version": version]), value: 1)])
    addInterfaces(to: &page)
    addPeers(to: &page)
    addObservations(to: &page)
    channel?.add(to: &page)
    page.end()
    return page.text
  }

  private func addInterfaces(to page: inout MetricsPage) {
    func each(_ value: (TunnelState) -> UInt64) -> [(labels: Labels, value: UInt64)] {
      tunnels.map { (labels: Labels(["interface": $0.name]), value: value($0)) }
    }
    page.add(
      "wireguard_up", .gauge, help: "Whether the interface answered on its control socket.",
      each { _ in 1 } + silent.map { (labels: Labels(["interface": $0]), value: 0) })
    page.add(
      "wireguard_device", .info, help: "The interface and its public key.",
      tunnels.map {
        (labels: Labels(["interface": $0.name, "public_key": $0.publicKey.map(Self.base64) ?? ""]), value: 1)
      })
    page.add(
      "wireguard_device_listen_port", .gauge, help: "The UDP port, 0 when none is bound.",
      each { UInt64($0.listenPort) })
    page.add("wireguard_device_peers", .gauge, help: "Configured peers.", each { UInt64($0.peers.count) })
    page.add(
      "wireguard_device_peers_up", .gauge, help: "Peers whose last handshake is younger than 180 seconds.",
      each { UInt64($0.peers.count { isUp($0) }) })
  }

  private func addPeers(to page: inout MetricsPage) {
    let peers = tunnels.flatMap { tunnel in tunnel.peers.map { (peer: $0, labels: labels(of: $0, in: tunnel)) } }
    func each(_ value: (PeerState) -> UInt64) -> [(labels: Labels, value: UInt64)] {
      peers.map { (labels: $0.labels, value: value($0.peer)) }
    }
    page.add(
      "wireguard_sent_bytes", .counter, unit: "bytes", help: "Bytes sent to the peer.", each { $0.sentBytes })
    page.add(
      "wireguard_received_bytes", .counter, unit: "bytes", help: "Bytes received from the peer.",
      each { $0.receivedBytes })
    page.add(
      "wireguard_latest_handshake_seconds", .gauge, unit: "seconds",
      help: "When the newest session began, in seconds since 1970, 0 for never.",
      each { UInt64(clamping: $0.handshakeSeconds) })
    page.add(
      "wireguard_latest_handshake_delay_seconds", .gauge, unit: "seconds", help: "How long ago that was.",
      peers.filter { $0.peer.handshakeSeconds != 0 }.map {
        (labels: $0.labels, value: UInt64(clamping: time - $0.peer.handshakeSeconds))
      })
    page.add(
      "wireguard_peer_up", .gauge, help: "Whether the last handshake is younger than 180 seconds.",
      each { isUp($0) ? 1 : 0 })
    page.add(
      "wireguard_persistent_keepalive_seconds", .gauge, unit: "seconds",
      help: "Between keepalives, 0 when they are off.",
      each { UInt64($0.persistentKeepalive) })
    page.add(
      "wireguard_peer", .info, help: "Where the peer is reached.",
      tunnels.flatMap { tunnel in
        tunnel.peers.map { peer in
          (
            labels: Labels([
              "interface": tunnel.name, "public_key": Self.base64(peer.publicKey),
              "endpoint": peer.endpoint?.text ?? "", "friendly_name": friendlyNames[Self.base64(peer.publicKey)] ?? "",
            ]), value: 1
          )
        }
      })
  }

  /// What only needletaild tells.
  private func addObservations(to page: inout MetricsPage) {
    let told = tunnels.compactMap { tunnel in observations[tunnel.name].map { (tunnel: tunnel, observation: $0) } }
    page.add(
      "needletail_rejected", .counter, help: "Packets and messages that went no further, by the reason.",
      told.flatMap { (tunnel, observation) in
        observation.rejections.map {
          (labels: Labels(["interface": tunnel.name, "reason": $0.reason]), value: $0.count)
        }
      })
    func each(_ value: (TunnelObservation) -> UInt64) -> [(labels: Labels, value: UInt64)] {
      told.map { (labels: Labels(["interface": $0.tunnel.name]), value: value($0.observation)) }
    }
    page.add(
      "needletail_under_load", .gauge, help: "Whether handshakes have to prove their address first.",
      each { $0.isUnderLoad ? 1 : 0 })
    page.add(
      "needletail_queued_handshakes", .gauge, help: "Handshake messages that wait for a worker.",
      each { $0.queuedHandshakes })
    page.add(
      "needletail_staged_packets", .gauge, help: "Packets that wait for a session.", each { $0.stagedPackets })
    page.add(
      "needletail_sessions", .gauge, help: "Sessions of all peers, up to three of each.", each { $0.sessions })
    page.add(
      "needletail_worker_cpu_microseconds", .counter, unit: "microseconds",
      help: "Processor time that a thread of the daemon has used.",
      told.flatMap { (tunnel, observation) in
        observation.workers.map {
          (labels: Labels(["interface": tunnel.name, "worker": $0.name]), value: $0.processorTime)
        }
      })
    func some(_ value: (TunnelObservation) -> UInt64?) -> [(labels: Labels, value: UInt64)] {
      told.compactMap { (tunnel, observation) in
        value(observation).map { (labels: Labels(["interface": tunnel.name]), value: $0) }
      }
    }
    page.add(
      "needletail_receive_queue_bytes", .gauge, unit: "bytes",
      help: "Memory of datagrams that wait to be received.", some { $0.receiveQueueBytes })
    page.add(
      "needletail_receive_drops", .counter,
      help: "Datagrams that the system gave up, for want of memory or by a wrong checksum.",
      some { $0.receiveDrops })
    page.add(
      "needletail_mtu_bytes", .gauge, unit: "bytes", help: "The MTU of the interface.", some { $0.mtu })
    let peers = told.flatMap { (tunnel, observation) in
      let observed = observation.peers.byKey
      return tunnel.peers.compactMap { peer in
        observed[peer.name].map { (observed: $0, labels: labels(of: peer, in: tunnel)) }
      }
    }
    page.add(
      "needletail_handshake_initiations", .gauge, help: "Initiations sent in the present attempt, without an answer.",
      peers.map { (labels: $0.labels, value: $0.observed.awaitsResponse ? $0.observed.initiations : 0) })
    page.add(
      "needletail_expected_packets", .counter,
      help: "Packets that the peer has sent to here, as far as their numbers tell.",
      peers.compactMap { peer in peer.observed.expectedPackets.map { (labels: peer.labels, value: $0) } })
    page.add(
      "needletail_received_packets", .counter, help: "Those of them that were accepted; the others are lost or late.",
      peers.compactMap { peer in peer.observed.receivedPackets.map { (labels: peer.labels, value: $0) } })
    page.add(
      "needletail_handshake_round_trip_microseconds", .gauge, unit: "microseconds",
      help: "From the last answered initiation to its response.",
      peers.compactMap { peer in peer.observed.roundTrip.map { (labels: peer.labels, value: $0) } })
  }

  private func isUp(_ peer: PeerState) -> Bool {
    peer.handshakeSeconds != 0 && time - peer.handshakeSeconds < Self.sessionLifetime
  }

  private func labels(of peer: PeerState, in tunnel: TunnelState) -> Labels {
    Labels([
      "interface": tunnel.name, "public_key": Self.base64(peer.publicKey),
      "allowed_ips": peer.allowedIPs.map { "\($0.address.words)/\($0.length)" }.joined(separator: ","),
      "friendly_name": friendlyNames[Self.base64(peer.publicKey)] ?? "",
    ])
  }

  private static func base64(_ key: Octets32) -> String {
    let page = SecretBytes(capacity: 64)
    page.append(base64: key)
    return page.text
  }
}
