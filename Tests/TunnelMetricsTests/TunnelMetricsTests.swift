import Octets
import Testing
import TunnelMetrics
import TunnelReport

struct TunnelMetricsTests {
  static let key = Octets32(repeating: 7)
  static let keyText = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="

  static func tunnel() -> TunnelState {
    var tunnel = TunnelState(name: "wg0")
    tunnel.listenPort = 51820
    var peer = PeerState(publicKey: key)
    peer.endpoint = EndpointWords(host: "2001:db8::1", port: "1234")
    peer.allowedIPs = [
      AllowedPrefix(IPAddress(v4: 0x0a00_0002), length: 32), AllowedPrefix(IPAddress(v4: 0), length: 0),
    ]
    peer.handshakeSeconds = 1000
    peer.receivedBytes = .max
    peer.sentBytes = 5
    peer.persistentKeepalive = 25
    tunnel.peers = [peer]
    return tunnel
  }

  static func lines(_ metrics: TunnelMetrics, _ format: MetricsFormat = .text) -> [Substring] {
    metrics.page(format, version: "1.2.3").split(separator: "\n")
  }

  @Test func `the names and labels are those that dashboards know`() {
    let labels =
      #"{interface="wg0",public_key="\#(Self.keyText)",allowed_ips="10.0.0.2/32,0.0.0.0/0",friendly_name="laptop"}"#
    let metrics = TunnelMetrics(
      tunnels: [Self.tunnel()], silent: ["wg1"], friendlyNames: [Self.keyText: "laptop"], time: 1179)
    let lines = Self.lines(metrics)
    for line in [
      #"needletail_info{version="1.2.3"} 1"#, #"wireguard_up{interface="wg0"} 1"#, #"wireguard_up{interface="wg1"} 0"#,
      #"wireguard_device_info{interface="wg0"} 1"#, #"wireguard_device_listen_port{interface="wg0"} 51820"#,
      #"wireguard_device_peers{interface="wg0"} 1"#, #"wireguard_device_peers_up{interface="wg0"} 1"#,
      "wireguard_sent_bytes_total\(labels) 5", "wireguard_received_bytes_total\(labels) 18446744073709551615",
      "wireguard_latest_handshake_seconds\(labels) 1000", "wireguard_latest_handshake_delay_seconds\(labels) 179",
      "wireguard_peer_up\(labels) 1", "wireguard_persistent_keepalive_seconds\(labels) 25",
      #"wireguard_peer_info{interface="wg0",public_key="\#(Self.keyText)",endpoint="[2001:db8::1]:1234","#
        + #"friendly_name="laptop"} 1"#,
    ] { #expect(lines.contains(Substring(line)), "\(line)") }
    #expect(lines.contains("# TYPE wireguard_sent_bytes_total counter"))
    #expect(lines.contains("# TYPE wireguard_device_info gauge"))
    #expect(!lines.contains { $0.hasPrefix("# UNIT") || $0 == "# EOF" })
  }

  @Test func `what only our daemon tells has names of our own`() {
    var observed = PeerObservation(publicKey: Self.key)
    (observed.awaitsResponse, observed.initiations, observed.roundTrip) = (true, 3, 250)
    (observed.expectedPackets, observed.receivedPackets) = (.max, 990)
    var observation = TunnelObservation()
    observation.isUnderLoad = true
    observation.queuedHandshakes = 7
    (observation.mtu, observation.receiveQueueBytes, observation.receiveDrops) = (1412, 4096, 2)
    observation.workers = [.init(name: "receive", processorTime: 12)]
    observation.rejections = [.init(reason: "bad_mac1", count: 5), .init(reason: "replayed", count: 0)]
    observation.peers = [observed]
    var metrics = TunnelMetrics(tunnels: [Self.tunnel()], time: 1179)
    #expect(!Self.lines(metrics).contains { $0.hasPrefix("needletail_rejected") })
    metrics.observations = ["wg0": observation, "gone": observation]
    let lines = Self.lines(metrics)
    let labels = #"{interface="wg0",public_key="\#(Self.keyText)",allowed_ips="10.0.0.2/32,0.0.0.0/0"}"#
    for line in [
      #"needletail_rejected_total{interface="wg0",reason="bad_mac1"} 5"#,
      #"needletail_rejected_total{interface="wg0",reason="replayed"} 0"#, #"needletail_under_load{interface="wg0"} 1"#,
      #"needletail_worker_cpu_microseconds_total{interface="wg0",worker="receive"} 12"#,
      #"needletail_receive_queue_bytes{interface="wg0"} 4096"#, #"needletail_receive_drops_total{interface="wg0"} 2"#,
      #"needletail_mtu_bytes{interface="wg0"} 1412"#, #"needletail_queued_handshakes{interface="wg0"} 7"#,
      #"needletail_sessions{interface="wg0"} 0"#,
      "needletail_expected_packets_total\(labels) 18446744073709551615",
      "needletail_received_packets_total\(labels) 990", "# TYPE needletail_received_packets_total counter",
      "needletail_handshake_initiations\(labels) 3", "needletail_handshake_round_trip_microseconds\(labels) 250",
    ] { #expect(lines.contains(Substring(line)), "\(line)") }
    #expect(!lines.contains { $0.contains("gone") })
  }

  @Test func `OpenMetrics names families, units and the end`() {
    let metrics = TunnelMetrics(tunnels: [Self.tunnel()], time: 1179)
    let lines = Self.lines(metrics, .openMetrics)
    for line in [
      "# TYPE wireguard_sent_bytes counter", "# UNIT wireguard_sent_bytes bytes", "# TYPE wireguard_device info",
      "# UNIT wireguard_latest_handshake_seconds seconds",
    ] { #expect(lines.contains(Substring(line)), "\(line)") }
    #expect(lines.last == "# EOF")
    #expect(metrics.page(.openMetrics, version: "1").hasSuffix("# EOF\n"))
    // A unit is the end of its family's name.
    for line in lines where line.hasPrefix("# UNIT") {
      let words = line.split(separator: " ")
      #expect(words[2].hasSuffix("_" + words[3]), "\(line)")
    }
  }

  @Test(arguments: [MetricsFormat.text, .openMetrics])
  func `every family stands once, with all its samples behind its type`(format: MetricsFormat) {
    var second = Self.tunnel()
    second.name = "wg1"
    let lines = Self.lines(TunnelMetrics(tunnels: [Self.tunnel(), second], silent: ["wg2"], time: 2000), format)
    var families: [String] = []
    for line in lines {
      let words = line.split(separator: " ")
      if words[0] == "#" {
        if words[1] == "TYPE" { families.append(String(words[2])) }
        continue
      }
      let name = words[0].prefix { $0 != "{" }
      let family = families.last ?? ""
      #expect(name == family || name == family + "_total" || name == family + "_info", "\(line)")
    }
    #expect(Set(families).count == families.count)
    #expect(families.count == 13)
  }

  @Test(arguments: [(1179, 1), (1180, 0), (1000, 1), (999, 1)])
  func `a peer is up until its handshake is 180 seconds old`(time: Int64, isUp: Int) {
    let lines = Self.lines(TunnelMetrics(tunnels: [Self.tunnel()], time: time))
    #expect(lines.contains { $0.hasPrefix("wireguard_peer_up{") && $0.hasSuffix(" \(isUp)") })
    #expect(lines.contains("wireguard_device_peers_up{interface=\"wg0\"} \(isUp)"))
  }

  @Test func `a peer without a handshake is down and has no delay, and a clock that went back gives none`() {
    var tunnel = Self.tunnel()
    tunnel.peers[0].handshakeSeconds = 0
    let lines = Self.lines(TunnelMetrics(tunnels: [tunnel], time: 50))
    #expect(lines.contains { $0.hasPrefix("wireguard_peer_up{") && $0.hasSuffix(" 0") })
    #expect(!lines.contains { $0.hasPrefix("wireguard_latest_handshake_delay_seconds") })
    let back = Self.lines(TunnelMetrics(tunnels: [Self.tunnel()], time: 999))
    #expect(back.contains { $0.hasPrefix("wireguard_latest_handshake_delay_seconds{") && $0.hasSuffix(" 0") })
  }

  @Test func `labels are quoted, and one without a value is left out`() {
    var tunnel = Self.tunnel()
    tunnel.name = "w\"g\\0\n"
    tunnel.peers[0].endpoint = nil
    tunnel.peers[0].allowedIPs = []
    let lines = Self.lines(TunnelMetrics(tunnels: [tunnel], time: 0))
    #expect(lines.contains(#"wireguard_up{interface="w\"g\\0\n"} 1"#))
    #expect(
      lines.contains(#"wireguard_peer_info{interface="w\"g\\0\n",public_key="\#(Self.keyText)"} 1"#))
  }

  @Test func `no tunnel gives a page all the same`() {
    #expect(Self.lines(TunnelMetrics(tunnels: [], time: 0)).count == 3)
  }

  @Test(
    arguments: [
      (nil, false), ("", false), ("text/plain", false), ("*/*", false), ("application/openmetrics-text", true),
      ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,*/*;q=0.1", true),
      ("text/plain;q=0.5, Application/OpenMetrics-Text ; version=1.0.0", true),
      ("application/openmetrics-text;q=0, text/plain", false), ("application/openmetrics-text;q=0.0", false),
      ("application/openmetrics-text;q=0.1", true), ("application/openmetrics-textual", false),
    ] as [(String?, Bool)])
  func `who asks for OpenMetrics gets it`(accept: String?, isOpen: Bool) {
    #expect((MetricsFormat(accept: accept) == .openMetrics) == isOpen)
  }

  @Test func `names come from comments in peers' sections`() {
    let text = """
      [Interface]
      # friendly_name = me
      PublicKey = ignored
      [Peer]
      # friendly_name = Anna's laptop
      publickey=AAA=   # friendly_name = no
      [peer]
      PublicKey = BBB=
      #friendly_name=first
      ## Friendly_Name =  second\r
      [Peer]
      PublicKey = CCC=
      # friend = nobody
      [Peer]
      # friendly_name =
      PublicKey = DDD=
      """
    #expect(FriendlyNames.read(text) == ["AAA=": "Anna's laptop", "BBB=": "second"])
    #expect(FriendlyNames.read("") == [:])
  }
}
