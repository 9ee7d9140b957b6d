import Octets
import Testing
import TunnelReport

@testable import TunnelDiagnosis

struct DoctorTests {
  static let now: Int64 = 2_000_000_000

  /// A tunnel whose peer made a handshake 10 s ago over eth0.
  private static func situation(_ change: (inout Situation) -> Void = { _ in }) -> Situation {
    var peer = PeerConditionTests.peer(handshake: now - 10, sent: 1000)
    peer.endpoint = EndpointWords(host: "192.0.2.1", port: "51820")
    peer.allowedIPs = [AllowedPrefix(IPAddress(v4: 0x0a00_0000), length: 8)]
    var state = TunnelState(name: "tt0")
    state.peers = [peer]
    var tunnel = Situation.Tunnel(name: "tt0")
    tunnel.state = state
    tunnel.mtu = 1420
    tunnel.paths = ["192.0.2.1:51820": .init(device: "eth0", mtu: 1500)]
    var file = Situation.File(path: "tt0.conf")
    file.listenPort = 51820
    var situation = Situation()
    situation.now = now
    situation.tunnels = [tunnel]
    situation.files = [file]
    change(&situation)
    return situation
  }

  private static func probed(_ outcome: PathSearch.Outcome?) -> (inout Situation) -> Void {
    { situation in
      var probe = Situation.Probe(address: "10.0.0.1")
      (probe.tunnel, probe.mtu, probe.overhead, probe.outcome) = ("tt0", 1420, 60, outcome)
      situation.probes = [probe]
    }
  }

  private static func channel(_ change: @escaping (inout Situation.Channel) -> Void) -> (inout Situation) -> Void {
    { situation in
      var channel = Situation.Channel()
      channel.previous = .there(1)
      channel.wantedBytes = channel.freeBytes
      change(&channel)
      situation.channel = channel
    }
  }

  @Test func `a channel that is well passes its four checks`() {
    let findings = Doctor.examine(Self.situation(Self.channel { _ in }))
    #expect(
      findings.suffix(5).map(\.check) == [.channelState, .channelKnobs, .channelPrevious, .channelSpace, .killSwitch])
    #expect(findings.allSatisfy { $0.verdict == .pass })
  }

  @Test func `what passes is told with its reason and what to do`() {
    func finding(_ outcome: PathSearch.Outcome?) -> Finding? {
      Doctor.examine(Self.situation(Self.probed(outcome))).first { $0.check == .pathMTU }
    }
    #expect(finding(.whole)?.verdict == .pass)
    let cut = finding(.cut(largest: 1296))
    #expect(
      cut?.subject == "tt0 10.0.0.1" && cut?.reason.contains("up to 1296 bytes pass, which is 1356 on the way") == true)
    #expect(cut?.remedy.contains("mtu 1296") == true)
    #expect(finding(.cut(largest: 1290))?.reason.contains("which is 1356") == true, "padded")
    #expect(finding(.cut(largest: 1419))?.reason.contains("which is 1480") == true, "padded up to the MTU")
  }

  @Test func `a tunnel that works passes every check`() {
    let findings = Doctor.examine(Self.situation())
    #expect(findings.allSatisfy { $0.verdict == .pass && $0.remedy.isEmpty })
    #expect(
      findings.map(\.check.rawValue) == [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 21],
      "in the order of their numbers")
  }

  /// One thing is made wrong; that check and no other says so, and says what to do.
  @Test func `each fault is found by its check, and by no other`() {
    func tunnel(_ change: @escaping (inout Situation.Tunnel) -> Void) -> (inout Situation) -> Void {
      { change(&$0.tunnels[0]) }
    }
    func peer(_ change: @escaping (inout PeerState) -> Void) -> (inout Situation) -> Void {
      { situation in
        if var state = situation.tunnels[0].state {
          change(&state.peers[0])
          situation.tunnels[0].state = state
        }
      }
    }
    func observed(_ change: @escaping (inout PeerObservation) -> Void) -> (inout Situation) -> Void {
      { situation in
        guard var state = situation.tunnels[0].state else { return }
        state.peers[0].handshakeSeconds = 0
        var observed = PeerObservation(publicKey: state.peers[0].publicKey)
        change(&observed)
        var observation = TunnelObservation()
        observation.peers = [observed]
        (situation.tunnels[0].state, situation.tunnels[0].observation) = (state, observation)
      }
    }
    let everything = AllowedPrefix(IPAddress(v4: 0xc000_0200), length: 24)
    let faults: [(Check, Finding.Verdict, (inout Situation) -> Void)] = [
      (.tunDevice, .fail, { $0.tun = .missing }), (.tunDevice, .fail, { $0.tun = .forbidden }),
      (.permissions, .fail, { $0.mayAdminister = false }), (.controlSocket, .fail, tunnel { $0.state = nil }),
      (.linkDown, .fail, tunnel { $0.link = .isDown }), (.linkDown, .warn, tunnel { $0.link = .elsewhere }),
      (.endpointInsideAllowedIPs, .warn, peer { $0.allowedIPs.append(everything) }),
      (.endpointInsideAllowedIPs, .fail, tunnel { $0.paths = ["192.0.2.1:51820": .init(device: "tt0", mtu: 1420)] }),
      (.mtu, .warn, tunnel { $0.mtu = 1441 }), (.handshakeAge, .warn, peer { $0.handshakeSeconds = Self.now - 181 }),
      (.noAnswer, .fail, peer { ($0.handshakeSeconds, $0.sentBytes) = (0, 148 * 3) }),
      (.noAnswer, .warn, peer { ($0.handshakeSeconds, $0.sentBytes, $0.receivedBytes) = (0, 148 * 3, 92) }),
      (.noAnswer, .fail, observed { ($0.refusal, $0.refusalAge) = ("handshake_failed", 1) }),
      (.noAnswer, .warn, observed { ($0.awaitsResponse, $0.holdsCookie) = (true, true) }),
      (.duplicateAllowedIPs, .warn, { $0.files[0].duplicates = ["line 3"] }),
      (.portTaken, .fail, { $0.takenPorts = [51820] }),
      (.file, .fail, { $0.files[0].errors = ["line 1"] }), (.nameServers, .fail, { $0.leftNameServers = ["tun.tt9"] }),
      (.killSwitch, .fail, { $0.lonelySwitches = ["tt9"] }), (.otherTunnels, .warn, { $0.otherTunnels = ["tun0"] }),
      (.rules, .warn, { $0.foreignRules = ["5: from all lookup 7"] }),
      (.channelState, .fail, Self.channel { $0.fault = "damaged" }),
      (.channelKnobs, .warn, Self.channel { $0.idleKnobs = ["portable"] }),
      (.channelPrevious, .warn, Self.channel { $0.previous = .missing(1) }),
      (.channelSpace, .warn, Self.channel { ($0.freeBytes, $0.wantedBytes) = (99, 100) }),
      (.pathMTU, .fail, Self.probed(.cut(largest: 1300))), (.pathMTU, .warn, Self.probed(.unanswered)),
      (.pathMTU, .warn, Self.probed(nil)), (.pathMTU, .warn, { $0.probes = [Situation.Probe(address: "10.0.0.1")] }),
    ]
    for (check, verdict, fault) in faults {
      let wrong = Doctor.examine(Self.situation(fault)).filter { $0.verdict != .pass }
      #expect(wrong.map(\.check) == [check] && wrong.map(\.verdict) == [verdict], "\(check)")
      #expect(wrong.allSatisfy { !$0.remedy.isEmpty && !$0.reason.isEmpty })
    }
    // 1420 and the 60 bytes around it fit into 1480, and 1440 into 1500.
    #expect(Doctor.examine(Self.situation(tunnel { $0.mtu = 1440 })).allSatisfy { $0.verdict == .pass })
  }

  @Test func `a clock that was set back is found, and one that was never set`() {
    let back = Doctor.examine(Self.situation { $0.now = Self.now - 11 })
    #expect(back.contains { $0.check == .clock && $0.verdict == .fail })
    let unset = Doctor.examine(Self.situation { $0.now = 1000 })
    #expect(unset.contains { $0.check == .clock && $0.reason.contains("before this program") })
  }

  @Test func `numbers and names of checks are each one's own`() {
    #expect(Set(Check.allCases.map(\.id)).count == Check.allCases.count)
    #expect(Check.allCases.map(\.rawValue) == Array(1...21))
  }
}
