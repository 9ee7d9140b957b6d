/// What one check has found.
public struct Finding: Equatable, Sendable {
  /// How bad it is.
  public enum Verdict: String, Sendable { case pass, warn, fail }

  /// The name of the check, which never changes.
  public let check: Check
  /// What was looked at: a tunnel, a peer, a file; empty for the system.
  public let subject: String
  /// How bad it is.
  public let verdict: Verdict
  /// What was found, a sentence without its end.
  public let reason: String
  /// What to do, a sentence without its end; empty when nothing is to be done.
  public let remedy: String

  init(_ check: Check, _ subject: String, _ verdict: Verdict, _ reason: String, _ remedy: String = "") {
    self.check = check
    self.subject = subject
    self.verdict = verdict
    self.reason = reason
    self.remedy = remedy
  }
}

/// The checks. Numbers and names stay: a check that goes leaves a gap.
public enum Check: Int, CaseIterable, Sendable {
  case tunDevice = 1
  case permissions = 2
  case controlSocket = 3
  case endpointInsideAllowedIPs = 4
  case duplicateAllowedIPs = 5
  case clock = 6
  case portTaken = 7
  case noAnswer = 8
  case handshakeAge = 9
  case mtu = 10
  case linkDown = 11
  case file = 12
  case pathMTU = 13
  case nameServers = 14
  case otherTunnels = 15
  case rules = 16
  case channelState = 17
  case channelKnobs = 18
  case channelPrevious = 19
  case channelSpace = 20
  case killSwitch = 21

  /// The name for programs.
  public var id: String {
    switch self {
    case .tunDevice: "linux.tun-device"
    case .permissions: "linux.permissions"
    case .controlSocket: "tunnel.control-socket"
    case .endpointInsideAllowedIPs: "peer.endpoint-inside-allowed-ips"
    case .duplicateAllowedIPs: "file.duplicate-allowed-ips"
    case .clock: "system.clock"
    case .portTaken: "tunnel.port-taken"
    case .noAnswer: "peer.no-answer"
    case .handshakeAge: "peer.handshake-age"
    case .mtu: "tunnel.mtu"
    case .linkDown: "tunnel.link-down"
    case .file: "file.readable"
    case .pathMTU: "tunnel.path-mtu"
    case .nameServers: "system.name-servers"
    case .otherTunnels: "system.other-tunnels"
    case .rules: "system.rules"
    case .channelState: "channel.state"
    case .channelKnobs: "channel.knobs"
    case .channelPrevious: "channel.previous"
    case .channelSpace: "channel.space"
    case .killSwitch: "tunnel.kill-switch"
    }
  }

  /// Where the manual tells of them.
  public static let page = "Docs/Command.md#what-is-wrong"
}
