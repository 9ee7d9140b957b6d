internal import ConfigurationFile
internal import ControlProtocol
internal import Foundation
internal import Octets
internal import ToolInput
internal import Transaction
internal import TunnelControl
internal import TunnelPlan
internal import TunnelReport

/// The interface: who serves it, and what it is told.
extension TunnelHost {
  /// Seconds that a daemon has for its end.
  private static let patience = 10

  private var daemonLock: String { TunnelSetup.folder + "/\(name).daemon" }

  /// Starts the daemon, which is ready when this returns. It keeps a lock for as long as it lives, so that one that is still
  /// starting when this process dies is not missed.
  func startDaemon(_ step: TunnelStep) throws(ActionFailure) {
    let lock = try Lock(daemonLock)
    guard lock.take() else { throw ActionFailure("a daemon of \(name) still runs: try again") }
    for invocation in step.invocations(for: name) {
      try Program(invocation: invocation, writing: .passedOn, lock: lock).succeed()
    }
  }

  /// Removes the interface and waits for the end of its daemon, which removes the socket.
  func removeLink() throws(ActionFailure) {
    let lock = try Lock(daemonLock)
    for _ in 0..<Self.patience * 50 {
      if SystemState.hasInterface(name) {
        // It may go by itself meanwhile.
        _ = try Program(invocation: Invocation(["ip", "link", "delete", "dev", name])).run()
      }
      if lock.take() {
        lock.release()
        if !SystemState.hasInterface(name) {
          // Who asks a socket that nobody serves removes it: a daemon that was killed has left it.
          _ = try? liveState()
          return
        }
      }
      usleep(20_000)
    }
    throw ActionFailure("the interface \(name), or its daemon, does not end: end the daemon, then try again")
  }

  /// Gives the tunnel what its file says.
  func configure() throws(ActionFailure) {
    guard let configuration else { throw ActionFailure("the file was not read") }
    let known = KnownEndpoints(of: name)
    // Behind the switch asking for names is of no use, so that it is tried once.
    let asking = isSwitchHeld ? Lookup(environment: ["WG_ENDPOINT_RESOLUTION_RETRIES": "0"]) : lookup
    let host = RememberingLookup(asking, known: isSwitchHeld ? known.places : [:])
    var change: DeviceChange
    do throws(Complaint) {
      change = try configuration.withBytes { (bytes) throws(Complaint) in
        try DeviceChange(file: bytes, extent: .whole, host: host)
      }
    } catch {
      throw ActionFailure(error.lines.joined(separator: "; "))
    }
    defer { change.wipe() }
    try apply(change)
    try known.remember(host.found)
  }

  func markDatagrams(_ mark: UInt32) throws(ActionFailure) {
    var change = DeviceChange()
    change.fwmark = mark
    try apply(change)
  }

  private func apply(_ change: DeviceChange) throws(ActionFailure) {
    do throws(SystemFault) {
      try Tunnels(lookup, patience: Self.patience).apply(change.directives, to: name)
    } catch {
      throw ActionFailure("\(name) does not take its configuration: \(error.words)")
    }
  }

  /// The MTU for the ways to the endpoints that the tunnel has.
  func insideMTU() throws(ActionFailure) -> UInt32 {
    var state = try liveState()
    defer { state.wipe() }
    return state.mtuForWays
  }

  /// The tunnel's configuration as `wg showconf` prints it: secret.
  func liveConfiguration() throws(ActionFailure) -> SecretBytes {
    let page = SecretBytes(capacity: 1 << 16)
    var state = try liveState()
    defer { state.wipe() }
    state.printConfiguration(into: page)
    return page
  }

  /// What the daemon or the kernel says of the tunnel.
  func liveState() throws(ActionFailure) -> TunnelState {
    do throws(SystemFault) {
      return try Tunnels(lookup, patience: Self.patience).state(of: name)
    } catch {
      throw ActionFailure("\(name) cannot be asked: \(error.words)")
    }
  }

  /// Takes name servers back. systemd-resolved forgets them with the interface, which may be gone.
  func forget(_ names: NameServers) throws(ActionFailure) {
    let program = Program(invocation: names.removal(for: name))
    if names.tool == .resolvectl { _ = try program.run() } else { try program.succeed() }
  }
}

extension TunnelState {
  /// The addresses of the peers' endpoints, without zones.
  var endpoints: [String] { peers.compactMap { $0.endpoint.map { String($0.host.prefix { $0 != "%" }) } } }

  /// Whether peers are sent packets of IPv6.
  var isRoutedIPv6: Bool { peers.contains { $0.allowedIPs.contains { $0.prefix.address.family == .v6 } } }

  /// The MTU for the ways to them.
  var mtuForWays: UInt32 {
    let ways = endpoints.compactMap { SystemState.mtu(ofWayTo: $0, mark: fwmark) }
    return PathMTU.inside(ways: ways, defaultRoute: ways.isEmpty ? SystemState.mtuOfDefaultRoute() : nil)
  }
}
