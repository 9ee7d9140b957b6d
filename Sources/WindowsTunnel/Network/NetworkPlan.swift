public import ConfigurationFile
public import Octets

/// What a tunnel's file means to one family of Windows' network.
public struct NetworkPlan: Sendable, Equatable {
  /// The family.
  public let family: IPAddress.Family
  /// The interface's addresses.
  public let addresses: [InterfaceAddress]
  /// The routes to the interface: what peers may send, each once, unless the file says that there are none.
  public let routes: [Prefix]
  /// The MTU, when the file says one.
  public let mtu: UInt32?
  /// Whether everything goes this way: the interface is preferred to every other.
  public var isPreferred: Bool { routes.contains { $0.length == 0 } }
  /// Name servers of this family.
  public let nameServers: [PlainText]
  /// Domains to search.
  public let domains: [PlainText]

  /// The plan of a document for a family.
  public init(_ document: ConfigurationDocument, _ family: IPAddress.Family) {
    self.family = family
    addresses = document.interface.addresses.filter { $0.address.family == family }
    mtu = document.interface.mtu
    var routes: [Prefix] = []
    var known: Set<Route> = []
    if document.interface.table != .off {
      for peer in document.peers {
        for allowedIP in peer.allowedIPs where allowedIP.change != .removed {
          let prefix = allowedIP.prefix
          if prefix.address.family == family && known.insert(Route(prefix)).inserted { routes.append(prefix) }
        }
      }
    }
    self.routes = routes
    var servers: [PlainText] = []
    var domains: [PlainText] = []
    for entry in document.interface.dns {
      switch entry {
      case .server(let address, _): if address.family == family { servers.append(PlainText(entry.text)) }
      case .domain(let name): domains.append(name)
      }
    }
    nameServers = servers
    self.domains = domains
  }

  /// Whether there is anything to do for the family.
  public var isEmpty: Bool { addresses.isEmpty && routes.isEmpty && nameServers.isEmpty }

  /// A prefix as the element of a set.
  private struct Route: Hashable {
    let high: UInt64
    let low: UInt64
    let length: UInt8

    init(_ prefix: Prefix) {
      high = UInt64(truncatingIfNeeded: prefix.address.value >> UInt128(low: 64))
      low = UInt64(truncatingIfNeeded: prefix.address.value)
      length = prefix.length
    }
  }
}

extension ConfigurationDocument {
  /// What of a file Windows cannot do, each a sentence; empty when it can do all of it.
  public var impossibleOnWindows: [String] {
    var sentences: [String] = []
    if case .named(let table) = interface.table, !(table.bytes[...].elementsEqual("main".utf8)) {
      sentences.append("Table: Windows has one routing table; write auto or off")
    }
    if !(interface.preUp + interface.postUp + interface.preDown + interface.postDown).isEmpty {
      sentences.append("PreUp, PostUp, PreDown, PostDown: commands are not run on Windows; remove them")
    }
    let ports = [interface.listenPort] + peers.map { $0.endpoint?.port }
    if ports.contains(where: { if case .service = $0 { true } else { false } }) {
      sentences.append("ListenPort, Endpoint: names of services are not looked up on Windows; write the number")
    }
    return sentences
  }
}
