import Rollout
import Testing

/// The probes of a machine's tunnels: serial 2 takes over from serial 1, and is watched for 900 seconds.
struct TunnelWatchTests {
  static let slots = "/var/lib/needletail/slots"

  private func tunnel(
    _ name: String = "wg0", slot: Int? = 2, process: UInt64 = 20, configuration: String? = "as told",
    peers: [TunnelsSeen.Peer] = [peer(age: 5, received: 100, sent: 100)], program: String? = nil
  ) -> TunnelsSeen.Tunnel {
    let path = program ?? slot.map { "\(Self.slots)/\($0)/usr/bin/needletaild" }
    return TunnelsSeen.Tunnel(
      name: Array(name.utf8),
      server: path.map { TunnelsSeen.Server(process: process, startedAt: process * 100, program: Array($0.utf8)) },
      configuration: configuration.map { Array($0.utf8) }, peers: peers)
  }

  private static func peer(
    _ key: String = "far", age: UInt64?, received: UInt64 = 0, sent: UInt64 = 0
  ) -> TunnelsSeen.Peer {
    TunnelsSeen.Peer(key: Array(key.utf8), handshakeAge: age, received: received, sent: sent)
  }

  private var before: TunnelsSeen { TunnelsSeen(tunnels: [tunnel(slot: 1, process: 10)]) }

  private func watch(_ before: TunnelsSeen, seconds: UInt64 = 900) -> TunnelWatch {
    TunnelWatch(before: before, slots: Array(Self.slots.utf8), serial: 2, seconds: seconds)
  }

  /// What one look says, late enough that nothing is waited for.
  private func ask(
    _ now: [TunnelsSeen.Tunnel], before: TunnelsSeen? = nil, crashes: [String] = [], elapsed: UInt64 = 450
  ) -> [Probe: ProbeResult] {
    var watch = self.watch(before ?? self.before)
    let seen = TunnelsSeen(tunnels: now, crashes: crashes.map { Array($0.utf8) })
    return Dictionary(uniqueKeysWithValues: watch.ask(seen, elapsed: elapsed).map { ($0.probe, $0) })
  }

  @Test func `all seven pass where the tunnels are what they were, and by the slot's program`() {
    let results = ask([tunnel()])
    let seven: Set<Probe> = [.service, .device, .adapters, .configuration, .handshakes, .transfer, .crashes]
    #expect(Set(results.keys) == seven)
    #expect(results.values.allSatisfy { $0.outcome == .pass })
  }

  @Test func `each fails by itself`() {
    #expect(
      ask([]).filter { $0.value.outcome == .fail }.keys.sorted { $0.rawValue < $1.rawValue } == [.service, .adapters])
    let cases: [(Probe, [TunnelsSeen.Tunnel], [String])] = [
      (.service, [tunnel(configuration: nil)], []),
      (.device, [tunnel(slot: 1, process: 11)], []),
      (.device, [tunnel(slot: 1, process: 10)], []),
      (.device, [tunnel(program: "/usr/bin/needletaild")], []),
      (.configuration, [tunnel(configuration: "something else")], []),
      (.handshakes, [tunnel(peers: [Self.peer(age: nil, received: 1, sent: 148)])], []),
      (.crashes, [tunnel()], ["core.needletaild.20"]),
    ]
    for (probe, now, crashes) in cases {
      let failed = ask(now, crashes: crashes).filter { $0.value.outcome == .fail }.keys
      #expect(Array(failed) == [probe], "\(now)")
    }
    // Without an answer from the far end, neither the handshake nor the transfer comes through.
    let silent = ask([tunnel(peers: [Self.peer(age: nil, sent: 148)])])
    #expect(silent[.handshakes]?.outcome == .fail && silent[.transfer]?.outcome == .fail)
  }

  @Test func `tunnels may take 75 seconds to come up, and sessions 240`() {
    for (elapsed, outcome) in [(74, ProbeResult.Outcome.inconclusive), (75, .fail)] as [(UInt64, ProbeResult.Outcome)] {
      #expect(ask([], elapsed: elapsed)[.service]?.outcome == outcome)
      #expect(ask([], elapsed: elapsed)[.adapters]?.outcome == outcome)
      #expect(ask([tunnel(configuration: "not yet")], elapsed: elapsed)[.configuration]?.outcome == outcome)
      #expect(ask([tunnel(slot: 1, process: 10)], elapsed: elapsed)[.device]?.outcome == outcome)
    }
    let silent = [tunnel(peers: [Self.peer(age: nil, sent: 148)])]
    for (elapsed, outcome) in [(239, ProbeResult.Outcome.inconclusive), (240, .fail)] as [(UInt64, ProbeResult.Outcome)]
    {
      #expect(ask(silent, elapsed: elapsed)[.handshakes]?.outcome == outcome)
      #expect(ask(silent, elapsed: elapsed)[.transfer]?.outcome == outcome)
    }
    // And never more than half of the time that is watched.
    var short = self.watch(before, seconds: 10)
    #expect(short.ask(TunnelsSeen(), elapsed: 4).allSatisfy { $0.outcome != .fail })
    #expect(short.ask(TunnelsSeen(), elapsed: 5).contains { $0.outcome == .fail })
  }

  @Test func `a second restart is a loop, also while tunnels are still coming up; the switch itself is none`() {
    var watch = self.watch(before)
    func outcome(_ process: UInt64, slot: Int = 2) -> ProbeResult.Outcome? {
      let seen = TunnelsSeen(tunnels: [tunnel(slot: slot, process: process)])
      return watch.ask(seen, elapsed: 1).first { $0.probe == .service }?.outcome
    }
    #expect(outcome(10, slot: 1) == .pass)
    #expect(outcome(20) == .pass)
    #expect(outcome(21) == .pass)
    #expect(outcome(21) == .pass)
    #expect(outcome(22) == .fail)
  }

  @Test func `peers that had no session, or have nothing to say, prove nothing`() {
    let old = TunnelsSeen(tunnels: [tunnel(slot: 1, process: 10, peers: [Self.peer(age: 180)])])
    for (before, now) in [
      (old, tunnel(peers: [Self.peer(age: nil, sent: 148)])), (self.before, tunnel(peers: [Self.peer(age: nil)])),
    ] {
      let results = ask([now], before: before)
      #expect(results[.handshakes]?.isForLackOfTraffic == true && results[.transfer]?.isForLackOfTraffic == true)
    }
    let live = TunnelsSeen(tunnels: [tunnel(slot: 1, process: 10, peers: [Self.peer(age: 179)])])
    #expect(ask([tunnel(peers: [Self.peer(age: nil, sent: 148)])], before: live)[.handshakes]?.outcome == .fail)
    // Some are back: that the others are not may be their own fault.
    let two = TunnelsSeen(tunnels: [
      tunnel(slot: 1, process: 10, peers: [Self.peer("a", age: 1), Self.peer("b", age: 1)])
    ])
    let some = [tunnel(peers: [Self.peer("a", age: 1, received: 1, sent: 1), Self.peer("b", age: nil, sent: 148)])]
    #expect(ask(some, before: two)[.handshakes]?.outcome == .inconclusive)
    #expect(ask(some, before: two)[.transfer]?.outcome == .pass)
  }

  @Test func `tunnels of others are left out, whatever becomes of them`() {
    let other = tunnel("wg1", process: 30, program: "/usr/bin/wireguard-go")
    let byHand = tunnel("wg2", process: 40, program: "/usr/bin/needletaild")
    let kernel = tunnel("wg3", slot: nil)
    let others = TunnelsSeen(tunnels: [other, byHand, kernel])
    #expect(ask([byHand], before: others).isEmpty)
    #expect(ask([], before: TunnelsSeen()).isEmpty)
    // One that the package's program served, and that did not come back by the slot's, is ours.
    #expect(ask([], before: others)[.adapters]?.outcome == .fail)
    // The first release of a machine: a tunnel that the slot serves is held to what it is.
    #expect(ask([tunnel()], before: TunnelsSeen())[.device]?.outcome == .pass)
    #expect(ask([tunnel()], before: TunnelsSeen(tunnels: [tunnel(program: "/usr/bin/needletaild")])).count == 7)
  }

  @Test func `one that came up and was taken down proves nothing, and one that crashed fails`() {
    func outcomes(_ looks: [[TunnelsSeen.Tunnel]]) -> [Probe: ProbeResult.Outcome] {
      var watch = self.watch(before)
      var last: [ProbeResult] = []
      for look in looks { last = watch.ask(TunnelsSeen(tunnels: look), elapsed: 450) }
      return Dictionary(uniqueKeysWithValues: last.map { ($0.probe, $0.outcome) })
    }
    let crashed = TunnelsSeen.Tunnel(name: Array("wg0".utf8), server: nil, configuration: nil, peers: [])
    let takenDown = outcomes([[tunnel()], []])
    #expect(takenDown[.adapters] == .inconclusive && !takenDown.values.contains(.fail))
    #expect(outcomes([[tunnel()], [crashed]])[.service] == .fail)
    // What it has left is gone with the first look at it.
    #expect(outcomes([[tunnel()], [crashed], []])[.service] == .fail)
    #expect(outcomes([[tunnel()], [crashed], [tunnel(process: 21)], []])[.service] == .pass)
    #expect(outcomes([[tunnel()], [], [tunnel(process: 21)]])[.adapters] == .pass)
    // Somebody else's that was there with its process once is left out from then on.
    let byHand = tunnel(process: 10, program: "/usr/bin/needletaild")
    var watch = self.watch(TunnelsSeen(tunnels: [byHand]))
    #expect(watch.ask(TunnelsSeen(tunnels: [byHand]), elapsed: 1).isEmpty)
    #expect(watch.ask(TunnelsSeen(), elapsed: 450).isEmpty)
    // But not when the slot's program serves it after all.
    #expect(!watch.ask(TunnelsSeen(tunnels: [tunnel()]), elapsed: 450).isEmpty)
  }

  @Test func `a record of a crash that was there before is none`() {
    var seen = before
    seen.crashes = [Array("core.needletaild.10".utf8)]
    #expect(ask([tunnel()], before: seen, crashes: ["core.needletaild.10"])[.crashes]?.outcome == .pass)
    #expect(ask([tunnel()], before: seen, crashes: ["core.needletaild.20"])[.crashes]?.outcome == .fail)
  }
}
