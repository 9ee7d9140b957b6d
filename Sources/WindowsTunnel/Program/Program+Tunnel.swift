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
  /// Makes the adapter of a file, runs it until the end is asked for, and takes everything back.
  func hold(_ file: PlainText, name: String, attempts: Int) -> ExitCode {
    let (document, code) = read(file)
    guard let document else { return code }
    return perform("the tunnel \(name) cannot be run") { () throws(SystemError) in
      // Names first: a tunnel whose peers are not to be found is not begun.
      let request = try self.request(document, attempts: attempts)
      let adapter = try make(name, attempts: attempts)
      defer { system.close(adapter) }
      _ = perform("nobody else can read the tunnel's log") { () throws(SystemError) in
        try system.keepLog(name: name)
      }
      try system.setLogging(adapter, isOn: true)
      try system.dropPrivileges()
      var tunnel = RunningTunnel(self, adapter, document, file: file)
      try tunnel.start(request)
      system.say("tunnel \(name) is up")
      defer { tunnel.end() }
      try tunnel.connect()
      system.isReady()
      while !system.wait(milliseconds: RunningTunnel<System>.interval) { tunnel.look() }
    }
  }

  /// What the driver is asked for a document.
  func request(_ document: ConfigurationDocument, attempts: Int) throws(SystemError) -> ConfigurationRequest {
    ConfigurationRequest(
      try document.directives(to: .set, resolver: SystemResolver(system: system, attempts: attempts)))
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

  /// Brings an adapter to what a file says, peers, addresses and routes that stay going on.
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
      var tunnel = RunningTunnel(self, adapter, document, file: file)
      try tunnel.connect()
    }
  }
}
