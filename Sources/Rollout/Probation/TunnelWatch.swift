/// Asks the probes of a machine's tunnels, by what was there before a serial took over and what is there now.
///
/// Tunnels count that the serial's program serves, or should: those that a program of that name served before, unless the
/// very same process serves them still and runs no file of another slot: then they are somebody else's. One that came up
/// and is gone without a trace was taken down by somebody: that proves nothing. It looks at nothing itself.
public struct TunnelWatch: Sendable {
  private let before: TunnelsSeen
  private let slots: [UInt8]
  private let slot: [UInt8]
  private let seconds: UInt64
  private let program: [UInt8]
  private let separator: UInt8
  private var servers: [(tunnel: [UInt8], server: TunnelsSeen.Server)] = []
  private var restarts: UInt64 = 0
  /// Tunnels that have answered by the slot's program.
  private var arrived: [[UInt8]] = []
  /// Tunnels of others.
  private var foreign: [[UInt8]] = []

  /// The longest that tunnels may take to come up, in seconds: as long as they may to go down.
  public static var startLimit: UInt64 { 75 }
  /// The longest that a session may take, in seconds: twice REKEY_AFTER_TIME (WG §6.1), by when both ends have tried.
  public static var handshakeLimit: UInt64 { 240 }

  /// A watch over `serial`, whose files are in the folder of its number below `slots`, for `seconds`. Half of them is the
  /// most that anything may take. Tunnels are served by files with the name `program`; paths have `separator`.
  public init(
    before: TunnelsSeen, slots: [UInt8], serial: UInt64, seconds: UInt64, program: [UInt8] = Array("needletaild".utf8),
    separator: UInt8 = UInt8(ascii: "/")
  ) {
    self.before = before
    self.slots = slots + [separator]
    slot = self.slots + Array("\(serial)".utf8) + [separator]
    self.seconds = seconds
    self.program = program
    self.separator = separator
  }

  /// What the probes say `elapsed` seconds after the serial took over; nothing when no tunnel counts.
  public mutating func ask(_ now: TunnelsSeen, elapsed: UInt64) -> [ProbeResult] {
    func current(_ name: [UInt8]) -> TunnelsSeen.Tunnel? { now.tunnels.first { $0.name == name } }
    for tunnel in before.tunnels where !isOurs(tunnel, current(tunnel.name)) { add(tunnel.name, to: &foreign) }
    for tunnel in now.tunnels where isSlots(tunnel) { foreign.removeAll { $0 == tunnel.name } }
    let added = now.tunnels.filter { tunnel in isSlots(tunnel) && !before.tunnels.contains { $0.name == tunnel.name } }
    let counted = before.tunnels.filter { !foreign.contains($0.name) } + added
    guard !counted.isEmpty else { return [] }
    let present = counted.compactMap { current($0.name) }
    let answering = present.filter { $0.configuration != nil }
    follow(present)
    // What is left of one that did not end in order is seen once; it is missed until it answers again.
    for tunnel in present where tunnel.configuration == nil { arrived.removeAll { $0 == tunnel.name } }
    for tunnel in answering where tunnel.server?.program.starts(with: slot) ?? false {
      add(tunnel.name, to: &arrived)
    }
    let expected = counted.filter { tunnel in current(tunnel.name) != nil || !arrived.contains(tunnel.name) }
    var results = [
      ProbeResult.service(isRunning: answering.count == expected.count, restarts: restarts),
      adapters(expected, present, areTakenDown: expected.count < counted.count), configuration(counted, answering),
    ]
    if !answering.isEmpty { results.append(device(answering)) }
    // A service that was restarted again and again is not starting.
    if elapsed < min(Self.startLimit, seconds / 2) && restarts < 2 { results = results.map(Self.tooEarly) }
    let traffic = traffic(counted, answering)
    results += elapsed < min(Self.handshakeLimit, seconds / 2) ? traffic.map(Self.tooEarly) : traffic
    let new = now.crashes.filter { !before.crashes.contains($0) }
    return results + [.crashes(newRecords: UInt64(new.count))]
  }

  private func add(_ name: [UInt8], to names: inout [[UInt8]]) {
    if !names.contains(name) { names.append(name) }
  }

  /// What a probe that fails says while it may still come right.
  private static func tooEarly(_ result: ProbeResult) -> ProbeResult {
    result.outcome == .fail ? ProbeResult(result.probe, .inconclusive) : result
  }

  private func isOurs(_ tunnel: TunnelsSeen.Tunnel, _ now: TunnelsSeen.Tunnel?) -> Bool {
    guard !foreign.contains(tunnel.name), let server = tunnel.server, name(of: server.program) == program
    else { return false }
    return now?.server != server || server.program.starts(with: slots)
  }

  private func isSlots(_ tunnel: TunnelsSeen.Tunnel) -> Bool { tunnel.server?.program.starts(with: slots) ?? false }

  private func name(of path: [UInt8]) -> [UInt8] {
    path.lastIndex(of: separator).map { Array(path[($0 + 1)...]) } ?? path
  }

  /// Counts the servers that another one has taken the place of since the first look, but for the serial before's.
  private mutating func follow(_ present: [TunnelsSeen.Tunnel]) {
    for tunnel in present {
      guard let server = tunnel.server else { continue }
      let old = before.tunnels.first { $0.name == tunnel.name }?.server
      let last = servers.firstIndex { $0.tunnel == tunnel.name }
      if let last {
        if servers[last].server != server, servers[last].server != old { restarts += 1 }
        servers[last].server = server
      } else {
        servers.append((tunnel.name, server))
      }
    }
  }

  private func adapters(
    _ expected: [TunnelsSeen.Tunnel], _ present: [TunnelsSeen.Tunnel], areTakenDown: Bool
  ) -> ProbeResult {
    let result = ProbeResult.adapters(before: expected.map { $0.name }, after: present.map { $0.name })
    return result.outcome == .pass && areTakenDown ? ProbeResult(.adapters, .inconclusive) : result
  }

  private func configuration(
    _ counted: [TunnelsSeen.Tunnel], _ answering: [TunnelsSeen.Tunnel]
  ) -> ProbeResult {
    let known = counted.filter { tunnel in
      tunnel.configuration != nil && answering.contains { $0.name == tunnel.name }
    }
    let after = known.map { tunnel in answering.first { $0.name == tunnel.name }?.configuration ?? [] }
    return .configuration(before: known.map { $0.configuration ?? [] }, after: after)
  }

  /// Whether each is served by a file of the slot. The first that is not decides.
  private func device(_ answering: [TunnelsSeen.Tunnel]) -> ProbeResult {
    let found = answering.map { tunnel in tunnel.server.map { Array($0.program.prefix(slot.count)) } }
    return .device(found: found.first { $0 != slot } ?? slot, staged: slot)
  }

  /// Of the peers that had a session, those count that something was sent to or heard from since: nobody expects a
  /// handshake where there is nothing to say.
  private func traffic(_ counted: [TunnelsSeen.Tunnel], _ answering: [TunnelsSeen.Tunnel]) -> [ProbeResult] {
    var tried: UInt64 = 0
    var recovered: UInt64 = 0
    var sent: UInt64 = 0
    var received: UInt64 = 0
    for tunnel in counted {
      guard let after = answering.first(where: { $0.name == tunnel.name }) else { continue }
      for peer in after.peers where tunnel.peers.contains(where: { $0.key == peer.key && $0.isLive }) {
        guard peer.sent > 0 || peer.received > 0 else { continue }
        tried += 1
        if peer.handshakeAge != nil { recovered += 1 }
        sent += peer.sent
        received += peer.received
      }
    }
    return [.handshakes(before: tried, recovered: recovered), .transfer(sent: sent, received: received)]
  }
}
