import ConfigurationFile
import ControlProtocol
import Octets
import Timeline

/// A tunnel that runs: its adapter, what its file says, and what has to be looked at from time to time.
struct RunningTunnel<System: WindowsSystem> {
  /// How often it is looked at, in milliseconds.
  static var interval: UInt32 { 2000 }
  /// How many looks apart the file is read and names are looked up again: half a minute.
  static var looksBetweenNames: Int { 15 }
  /// How long Windows may take to give an adapter its interfaces, and how often that is looked at, in milliseconds.
  static var interfaceLimit: UInt32 { 60_000 }
  static var interfaceInterval: UInt32 { 250 }
  static var families: [IPAddress.Family] { [.v4, .v6] }

  private let program: Program<System>
  private var system: System { program.system }
  private let adapter: System.Adapter
  private let file: PlainText
  private var document: ConfigurationDocument
  /// What the adapter was given as a whole.
  private var request = ConfigurationRequest()
  /// Whether everything is as the document says, as far as the program has to do with it.
  private var isWhole = true
  /// What was last in the way of that, and has been said.
  private var obstacle: SystemError?
  /// The MTU that each family's interface was given, by its family's place in `families`; 0 for none.
  private var mtus: [UInt32] = [0, 0]
  private var looks = 0
  /// What peers had been sent at the last look for names.
  private var sent: [(peer: Octets32, bytes: UInt64)] = []

  init(_ program: Program<System>, _ adapter: System.Adapter, _ document: ConfigurationDocument, file: PlainText) {
    self.program = program
    self.adapter = adapter
    self.document = document
    self.file = file
  }

  /// Configures the adapter, and has it up.
  mutating func start(_ request: ConfigurationRequest) throws(SystemError) {
    self.request = request
    try adapter.configure(request.bytes)
    try system.setState(adapter, isUp: true)
  }

  /// Gives the interfaces their addresses, routes, MTU and name servers, each family's when it is there, and takes from
  /// them what they have beyond that.
  mutating func connect() throws(SystemError) {
    for family in Self.families {
      let plan = NetworkPlan(document, family)
      if plan.isEmpty {
        if system.hasInterface(adapter, family), try reduce(to: plan) {
          try system.setNameServers(adapter, family, servers: [], domains: [])
        }
        continue
      }
      var waited: UInt32 = 0
      while !system.hasInterface(adapter, family) {
        if waited >= Self.interfaceLimit { throw .notFound }
        if system.wait(milliseconds: Self.interfaceInterval) { return }
        waited += Self.interfaceInterval
      }
      _ = try reduce(to: plan)
      try apply(plan)
    }
  }

  /// Takes away what the plan has not. Returns whether there was anything.
  private func reduce(to plan: NetworkPlan) throws(SystemError) -> Bool {
    var isReduced = false
    for route in try system.routes(to: adapter, plan.family) where !plan.routes.contains(route) {
      try system.remove(adapter, route: route)
      isReduced = true
    }
    for address in try system.addresses(of: adapter, plan.family) where !plan.addresses.contains(address) {
      try system.remove(adapter, address: address)
      isReduced = true
    }
    return isReduced
  }

  private mutating func apply(_ plan: NetworkPlan) throws(SystemError) {
    let addresses = try system.addresses(of: adapter, plan.family)
    let routes = try system.routes(to: adapter, plan.family)
    let mtu = plan.mtu != nil ? plan.mtu : try automaticMTU(plan.family)
    try system.setInterface(adapter, plan.family, mtu: mtu, isPreferred: plan.isPreferred)
    mtus[place(of: plan.family)] = mtu ?? 0
    for address in plan.addresses where !addresses.contains(address) { try system.add(adapter, address: address) }
    for route in plan.routes where !routes.contains(route) {
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

  private func place(of family: IPAddress.Family) -> Int { family == .v4 ? 0 : 1 }

  /// Takes away what `connect` gave, here or in a process that has configured it since; what cannot be is said.
  func end() {
    for family in Self.families where system.hasInterface(adapter, family) {
      _ = program.perform("addresses and routes are left over") { () throws(SystemError) in
        try system.setNameServers(adapter, family, servers: [], domains: [])
        try system.clear(adapter, family)
      }
    }
  }

  /// Looks at it: a driver that was restarted gets everything again, a default route that leads elsewhere another MTU,
  /// and peers that do not answer are looked for.
  mutating func look() {
    looks += 1
    let isTimeForNames = looks % Self.looksBetweenNames == 0
    if isTimeForNames { readAgain() }
    // A driver that was restarted comes back down and empty.
    if !isWhole || (try? system.isUp(adapter)) == false { restore() }
    if !isWhole { return }
    for family in Self.families { followDefaultRoute(family) }
    if isTimeForNames { lookForPeers() }
  }

  /// Takes what the file says now, if it can be used: `configure` may have brought the adapter to it.
  private mutating func readAgain() {
    guard let bytes = try? system.read(file: file.description, most: Program<System>.mostBytesOfFile),
      let current = Program<System>.document(in: bytes).document
    else { return }
    document = current
  }

  /// Gives the adapter everything again. What cannot be given now is tried at the next look, and said once.
  private mutating func restore() {
    isWhole = false
    readAgain()
    do throws(SystemError) {
      // Names may be answered only through the tunnel: where they led before is better than no tunnel.
      try start((try? program.request(document, attempts: 1)) ?? request)
      try connect()
      isWhole = true
      obstacle = nil
    } catch {
      if error == obstacle { return }
      obstacle = error
      system.complain("needletail: " + system.explain("the tunnel cannot be brought up again yet", error))
    }
  }

  // MARK: The MTU

  /// What fits the default routes, when there is one: the narrower of both families', for either may carry the tunnel.
  private func automaticMTU(_ family: IPAddress.Family) throws(SystemError) -> UInt32? {
    var outer: UInt32?
    for way in Self.families {
      guard let found = try system.mtuOfDefaultRoute(besides: adapter, way) else { continue }
      outer = min(outer ?? found, found)
    }
    return outer.map { max(PathMTU.inside(ways: [], defaultRoute: $0), PathMTU.least(family)) }
  }

  /// What goes wrong now may go well at the next look.
  private mutating func followDefaultRoute(_ family: IPAddress.Family) {
    let plan = NetworkPlan(document, family)
    guard plan.mtu == nil, !plan.isEmpty, system.hasInterface(adapter, family),
      let mtu = try? automaticMTU(family), mtu != mtus[place(of: family)]
    else { return }
    if (try? system.setInterface(adapter, family, mtu: mtu, isPreferred: plan.isPreferred)) != nil {
      mtus[place(of: family)] = mtu
    }
  }

  // MARK: Peers that do not answer

  private mutating func lookForPeers() {
    guard let bytes = try? adapter.configuration(), let answer = ConfigurationAnswer(bytes) else { return }
    var seen: [(peer: Octets32, bytes: UInt64)] = []
    var place = answer.firstPeer
    while let peer = place {
      let facts = answer.facts(ofPeer: peer)
      seen.append((facts.publicKey, facts.sentBytes))
      if let reference = nameToLookUp(facts) { lookUp(reference, facts) }
      place = answer.peer(after: peer)
    }
    sent = seen
  }

  /// The endpoint that the file has for a peer that does not answer, if it is a name.
  private func nameToLookUp(_ facts: PeerFacts) -> EndpointReference? {
    let isOver = EndpointPatience.isOver(
      lastHandshake: Int64(clamping: facts.lastHandshake.seconds), now: Int64(clamping: system.now()),
      sentBefore: sent.first { $0.peer == facts.publicKey }?.bytes, sent: facts.sentBytes)
    guard isOver,
      let endpoint = document.peers.last(where: { $0.publicKey == facts.publicKey && $0.endpoint != nil })?.endpoint,
      endpoint.numeric == nil
    else { return nil }
    return endpoint
  }

  private func lookUp(_ reference: EndpointReference, _ facts: PeerFacts) {
    _ = program.perform("\(reference.text) cannot be looked up again") { () throws(SystemError) in
      let endpoint = try SystemResolver(system: system, attempts: 1).endpoint(reference)
      if endpoint == facts.endpoint { return }
      var request = ConfigurationRequest()
      request.add(.beginExistingPeer(facts.publicKey))
      request.add(.endpoint(endpoint))
      try adapter.configure(request.bytes)
      system.say("\(reference.text) has moved")
    }
  }
}
