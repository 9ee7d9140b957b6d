import Octets
public import TunnelReport

/// What a doctor looks at: what the host has found out.
public struct Situation: Sendable {
  /// Whether there is a TUN device, and whether it may be opened.
  public enum TunDevice: Sendable { case missing, forbidden, usable }

  /// The TUN device.
  public var tun = TunDevice.usable
  /// Whether this process may administer the network.
  public var mayAdminister = true
  /// The time, in seconds since 1970.
  public var now: Int64 = 0
  /// The tunnels.
  public var tunnels: [Tunnel] = []
  /// Configuration files.
  public var files: [File] = []
  /// UDP ports that programs other than a tunnel's daemon have.
  public var takenPorts: Set<UInt16> = []

  /// Interfaces that are gone, and whose name servers the resolver still has; each as it names them.
  public var leftNameServers: [String] = []
  /// Tunnels that are gone, and whose kill switch is thrown.
  public var lonelySwitches: [String] = []
  /// Tunnels of other programs that are up.
  public var otherTunnels: [String] = []
  /// Rules of neither the system nor a tunnel (`ForeignRules`).
  public var foreignRules: [String] = []
  /// Searches for what passes.
  public var probes: [Probe] = []
  /// The machine's update channel; nil when it follows none.
  public var channel: Channel?

  /// Nothing out of the ordinary.
  public init() {}

  /// An update channel, as the machine that follows it has it.
  public struct Channel: Sendable {
    /// The release before the installed one.
    public enum Previous: Equatable, Sendable {
      /// There has been none.
      case none
      /// It is on the disk.
      case there(UInt64)
      /// It is not.
      case missing(UInt64)
    }

    /// Why its state cannot be read, or its log is not what was written; empty when all is well.
    public var fault = ""
    /// The names of knobs that are set and do nothing any more.
    public var idleKnobs: [String] = []
    /// What a rollback would go to.
    public var previous = Previous.none
    /// What is free where releases go, in bytes.
    public var freeBytes: UInt64 = .max
    /// What the next release may take there, in bytes.
    public var wantedBytes: UInt64 = 0

    /// A channel of which nothing bad is known.
    public init() {}
  }

  /// A tunnel.
  public struct Tunnel: Sendable {
    /// Its name.
    public var name: String
    /// What it says; nil with a reason when it cannot be asked.
    public var state: TunnelState?
    /// What it says beyond its configuration; nil when its server cannot.
    public var observation: TunnelObservation?
    /// Why it cannot be asked.
    public var fault = ""
    /// The interface, as this network namespace has it.
    public var link = Link.isUp
    /// The interface's MTU; nil when it is not known.
    public var mtu: Int?
    /// How the system reaches the endpoints, by their text.
    public var paths: [String: Path] = [:]

    /// A tunnel of which nothing is known yet.
    public init(name: String) { self.name = name }
  }

  /// An interface. A control socket can be seen from every network namespace, its interface only from one.
  public enum Link: Sendable { case isUp, isDown, elsewhere }

  /// The way to an address, as the system goes it.
  public struct Path: Sendable {
    /// The interface; empty when there is no way.
    public var device: String
    /// The MTU of that interface; nil when it is not known.
    public var mtu: Int?

    /// A way.
    public init(device: String, mtu: Int?) {
      self.device = device
      self.mtu = mtu
    }
  }

  /// A search for the largest packet that passes to an address.
  public struct Probe: Sendable {
    /// The address.
    public var address: String
    /// The tunnel that packets to it go into; nil when they go elsewhere.
    public var tunnel: String?
    /// The MTU of that tunnel's interface.
    public var mtu = 0
    /// Bytes around a packet on its way to the peer; nil when it is not known where the peer is.
    public var overhead: Int?
    /// What the search came to; nil when there was no program for it.
    public var outcome: PathSearch.Outcome?

    /// A search of which nothing is known yet.
    public init(address: String) { self.address = address }
  }

  /// A configuration file.
  public struct File: Sendable {
    /// Where it is.
    public var path: String
    /// What makes it unusable, sentences.
    public var errors: [String] = []
    /// What it says of prefixes that two peers, or one peer twice, have; sentences.
    public var duplicates: [String] = []
    /// The port that it wants; nil when it wants none.
    public var listenPort: UInt16?
    /// Whether its tunnel runs.
    public var isRunning = false

    /// A file of which nothing is known yet.
    public init(path: String) { self.path = path }
  }
}

extension EndpointWords {
  /// The address, when the text has no zone.
  var address: IPAddress? { AddressText.address(host) }
}
