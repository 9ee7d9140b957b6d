import ConfigurationFile
import ControlProtocol
import Octets

/// Finds the names in a file through Windows. A service that starts with the system has to be patient.
struct SystemResolver<System: WindowsSystem>: NameResolver {
  let system: System
  let attempts: Int

  func endpoint(_ reference: EndpointReference) throws(SystemError) -> Endpoint {
    let port: UInt16
    switch reference.port {
    case .number(let number): port = number
    case .service(let name): port = try self.port(ofService: name)
    }
    for attempt in 1... {
      do throws(SystemError) {
        guard let address = try system.addresses(ofHost: reference.host.description).first else {
          throw SystemError.noSuchHost
        }
        return Endpoint(address, port: port)
      } catch {
        if attempt >= attempts || system.wait(milliseconds: 4000) { throw error }
      }
    }
    throw .noSuchHost
  }

  /// Files with names of services are refused before (`impossibleOnWindows`).
  func port(ofService name: PlainText) throws(SystemError) -> UInt16 {
    throw .invalidData
  }
}

extension Program {
  /// How long Windows may take to give an adapter its interfaces, and how often that is looked at, in milliseconds.
  static var interfaceLimit: UInt32 { 60_000 }
  static var interfaceInterval: UInt32 { 250 }
  /// How often an adapter is looked at while it runs, in milliseconds.
  static var watchInterval: UInt32 { 2000 }

  /// Makes the adapter of a file, runs it until the end is asked for, and takes everything back.
  func hold(_ file: PlainText, name: String, attempts: Int) -> ExitCode {
    let (document, code) = read(file)
    guard let document else { return code }
    return perform("the tunnel \(name) cannot be run") { () throws(SystemError) in
      let resolver = SystemResolver(system: system, attempts: attempts)
      let request = ConfigurationRequest(try document.directives(to: .set, resolver: resolver))
      let adapter = try make(name, attempts: attempts)
      defer { system.close(adapter) }
      try system.setLogging(adapter, isOn: true)
      try system.dropPrivileges()
      try start(adapter, request)
      system.say("tunnel \(name) is up")
      defer {
        for family in [IPAddress.Family.v4, .v6] { _ = clear(adapter, family, document) }
      }
      try connect(adapter, document)
      system.isReady()
      while !system.wait(milliseconds: Self.watchInterval) {
        // A driver that was restarted comes back down and empty.
        if (try? system.isUp(adapter)) == false {
          try start(adapter, request)
          try connect(adapter, document)
        }
      }
    }
  }

  /// Makes the adapter: at the start of the system, plug and play may not be ready for it.
  private func make(_ name: String, attempts: Int) throws(SystemError) -> System.Adapter {
    let id = AdapterIdentity.id(ofTunnel: name)
    for attempt in 1... {
      do throws(SystemError) {
        return try system.makeAdapter(name: name, id: id)
      } catch {
        if attempt >= attempts || error == .accessDenied || system.wait(milliseconds: 2000) { throw error }
      }
    }
    throw .notSupported
  }

  private func start(_ adapter: System.Adapter, _ request: ConfigurationRequest) throws(SystemError) {
    try adapter.configure(request.bytes)
    try system.setState(adapter, isUp: true)
  }

  /// Gives the interfaces their addresses, routes, MTU and name servers, each family's when it is there.
  private func connect(_ adapter: System.Adapter, _ document: ConfigurationDocument) throws(SystemError) {
    for family in [IPAddress.Family.v4, .v6] {
      let plan = NetworkPlan(document, family)
      if plan.isEmpty { continue }
      var waited: UInt32 = 0
      while !system.hasInterface(adapter, family) {
        if waited >= Self.interfaceLimit { throw .notFound }
        if system.wait(milliseconds: Self.interfaceInterval) { return }
        waited += Self.interfaceInterval
      }
      try apply(plan, to: adapter)
    }
  }

  private func apply(_ plan: NetworkPlan, to adapter: System.Adapter) throws(SystemError) {
    try system.clear(adapter, plan.family)
    try system.setInterface(adapter, plan.family, mtu: plan.mtu, isPreferred: plan.isPreferred)
    for address in plan.addresses { try system.add(adapter, address: address) }
    for route in plan.routes {
      do throws(SystemError) {
        try system.add(adapter, route: route)
      } catch {
        // The network of an address is a route that Windows has made.
        if error != .objectExists { throw error }
      }
    }
    try system.setNameServers(
      adapter, plan.family, servers: plan.nameServers.map { $0.description },
      domains: plan.domains.map { $0.description })
  }

  /// Takes away what `apply` gave; the first thing that cannot be is said.
  private func clear(
    _ adapter: System.Adapter, _ family: IPAddress.Family, _ document: ConfigurationDocument
  ) -> ExitCode {
    guard !NetworkPlan(document, family).isEmpty, system.hasInterface(adapter, family) else { return .done }
    return perform("addresses and routes are left over") { () throws(SystemError) in
      try system.setNameServers(adapter, family, servers: [], domains: [])
      try system.clear(adapter, family)
    }
  }

  /// Brings an adapter to what a file says, peers that stay going on.
  func configure(_ name: String, _ file: PlainText) -> ExitCode {
    let (document, code) = read(file)
    guard let document else { return code }
    return perform("the tunnel \(name) cannot be configured") { () throws(SystemError) in
      let adapter = try system.openAdapter(name: name)
      defer { system.close(adapter) }
      var current: [ConfigurationDocument.CurrentPeer] = []
      if let answer = ConfigurationAnswer(try adapter.configuration()) {
        var place = answer.firstPeer
        while let peer = place {
          let facts = answer.facts(ofPeer: peer)
          current.append(
            .init(
              publicKey: facts.publicKey, hasPresharedKey: !facts.presharedKey.isZero,
              persistentKeepalive: facts.persistentKeepalive))
          place = answer.peer(after: peer)
        }
      }
      let directives = try document.directives(
        to: .synchronise(with: current), resolver: SystemResolver(system: system, attempts: 1))
      try adapter.configure(ConfigurationRequest(directives).bytes)
    }
  }
}
