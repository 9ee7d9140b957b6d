/// The tunnels of a machine as somebody saw them at a moment: what probes compare. Nothing in it is secret.
public struct TunnelsSeen: Equatable, Sendable {
  /// The program that serves a tunnel.
  public struct Server: Equatable, Sendable {
    /// The process, and when it started, which tell one from another of the same number.
    public let process: UInt64
    /// In the system's ticks.
    public let startedAt: UInt64
    /// The path of the file it runs, also when that is gone.
    public let program: [UInt8]

    /// A program.
    public init(process: UInt64, startedAt: UInt64, program: [UInt8]) {
      self.process = process
      self.startedAt = startedAt
      self.program = program
    }
  }

  /// One that a tunnel talks to.
  public struct Peer: Equatable, Sendable {
    /// Its public key.
    public let key: [UInt8]
    /// How old its newest handshake is, in seconds; nil when there was none.
    public let handshakeAge: UInt64?
    /// Bytes that came from it since the server started.
    public let received: UInt64
    /// Bytes that went to it since the server started.
    public let sent: UInt64

    /// A peer.
    public init(key: [UInt8], handshakeAge: UInt64?, received: UInt64, sent: UInt64) {
      self.key = key
      self.handshakeAge = handshakeAge
      self.received = received
      self.sent = sent
    }

    /// Whether it has a session: nothing older is of use (WG §6.1, REJECT_AFTER_TIME).
    public var isLive: Bool { handshakeAge.map { $0 < 180 } ?? false }
  }

  /// A tunnel.
  public struct Tunnel: Equatable, Sendable {
    /// The interface's name.
    public let name: [UInt8]
    /// Who answers for it; nil when that is the kernel, or nobody said.
    public let server: Server?
    /// A digest of what it is told to do; nil when it did not answer.
    public let configuration: [UInt8]?
    /// Its peers.
    public let peers: [Peer]

    /// A tunnel.
    public init(name: [UInt8], server: Server?, configuration: [UInt8]?, peers: [Peer]) {
      self.name = name
      self.server = server
      self.configuration = configuration
      self.peers = peers
    }
  }

  /// The tunnels.
  public var tunnels: [Tunnel]
  /// Names of the records that crashes have left.
  public var crashes: [[UInt8]]

  /// What was seen.
  public init(tunnels: [Tunnel] = [], crashes: [[UInt8]] = []) {
    self.tunnels = tunnels
    self.crashes = crashes
  }
}
