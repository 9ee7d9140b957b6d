public import Octets

/// What a configuration file says.
public struct ConfigurationDocument: Sendable, Equatable {
  /// The `[Interface]` sections, merged.
  public var interface = Interface()
  /// The `[Peer]` sections, in the order of the file.
  public var peers: [Peer] = []

  /// An empty file.
  public init() {}

  /// What keeps an interface with this document from starting, though the file is well formed; nil when nothing does.
  public var obstacle: Problem? {
    guard let key = interface.privateKey, !key.isZero else { return .missingPrivateKey }
    return nil
  }

  /// The interface part. What is nil or empty is not in the file.
  public struct Interface: Sendable, Equatable {
    /// The identity; zeros are none.
    public var privateKey: Octets32?
    /// The UDP port; 0 lets the host choose.
    public var listenPort: PortReference?
    /// The mark of outgoing datagrams; 0 is off.
    public var fwmark: UInt32?
    /// The interface's own addresses.
    public var addresses: [InterfaceAddress] = []
    /// Name servers and search domains.
    public var dns: [DNSEntry] = []
    /// The MTU of the interface.
    public var mtu: UInt32?
    /// Where routes go.
    public var table: RoutingTable?
    /// Commands to run before the interface is up.
    public var preUp: [PlainText] = []
    /// Commands to run when the interface is up.
    public var postUp: [PlainText] = []
    /// Commands to run before the interface goes down.
    public var preDown: [PlainText] = []
    /// Commands to run when the interface is down.
    public var postDown: [PlainText] = []
    /// Whether the file is written anew from the live state when the interface goes down.
    public var saveConfig: Bool?

    /// An interface of which nothing is said.
    public init() {}
  }

  /// A peer. What is nil or empty is not in the file.
  public struct Peer: Sendable, Equatable {
    /// The peer's name.
    public var publicKey: Octets32
    /// The preshared key; zeros are none.
    public var presharedKey: Octets32?
    /// The prefixes, in the order of the file.
    public var allowedIPs: [AllowedIP] = []
    /// Where the peer is reached.
    public var endpoint: EndpointReference?
    /// Seconds between keepalives; 0 is off.
    public var persistentKeepalive: UInt16?

    /// A peer of which nothing but its name is said.
    public init(publicKey: Octets32) { self.publicKey = publicKey }

    /// Whether the list stands for all of the peer's prefixes: no element of it has a sign.
    public var replacesAllowedIPs: Bool { allowedIPs.allSatisfy { $0.change == .listed } }
  }
}

/// An element of `AllowedIPs`.
public struct AllowedIP: Sendable, Equatable {
  /// What the element does to the peer's list.
  public enum Change: UInt8, Sendable {
    /// Without a sign: part of the whole list, when no other element has a sign.
    case listed
    /// `+`: added to what the peer has.
    case added
    /// `-`: taken from what the peer has.
    case removed
  }

  /// The prefix.
  public var prefix: Prefix
  /// What is done with it.
  public var change: Change

  /// An element.
  public init(_ prefix: Prefix, _ change: Change = .listed) {
    self.prefix = prefix
    self.change = change
  }
}

/// An address of the interface itself, with the length of its network. Host bits stay.
public struct InterfaceAddress: Sendable, Equatable {
  /// The address.
  public var address: IPAddress
  /// The length of the network's prefix, within the family's range.
  public var length: UInt8

  /// The address with a network of `length` bits; nil when the length does not fit the family.
  public init?(_ address: IPAddress, length: Int) {
    guard length >= 0 && length <= address.family.bitCount else { return nil }
    self.address = address
    self.length = UInt8(length)
  }
}

/// A UDP port by number or by name.
public enum PortReference: Sendable, Equatable {
  /// A number.
  case number(UInt16)
  /// The name of a service, to be resolved by the host.
  case service(PlainText)
}

/// An endpoint whose host may be a name, to be resolved by the host once.
public struct EndpointReference: Sendable, Equatable {
  /// A name, or an address, IPv6 without brackets and perhaps with a zone.
  public var host: PlainText
  /// The port.
  public var port: PortReference

  /// An endpoint.
  public init(host: PlainText, port: PortReference) {
    self.host = host
    self.port = port
  }
}

/// An element of `DNS`.
public enum DNSEntry: Sendable, Equatable {
  /// A name server; the zone is that of a link-local address.
  case server(IPAddress, zone: PlainText?)
  /// A domain to search in.
  case domain(PlainText)
}

/// Where routes to the allowed IPs go.
public enum RoutingTable: Sendable, Equatable {
  /// Into the main table, and around it for default routes.
  case automatic
  /// Nowhere.
  case off
  /// Into the table of this name or number.
  case named(PlainText)
}
