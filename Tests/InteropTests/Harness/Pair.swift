import Testing

/// What is at the far end of a tunnel.
enum Far: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case needletaild, wireguardGo, kernel
  var testDescription: String { rawValue }

  /// The far ends that live in a namespace of this machine.
  static let daemons: [Far] = [.needletaild, .wireguardGo]
}

/// Which end sends the first handshake message.
enum Initiator: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case near, far
  var testDescription: String { self == .near ? "we initiate" : "they initiate" }
}

/// A tunnel to set up: who is at the far end, over which family, and what the two know of each other.
struct Scenario: Sendable {
  var far = Far.wireguardGo
  var outer = Family.v4
  /// The preshared keys of the two ends, in the order near, far.
  var presharedKeys: (String?, String?) = (nil, nil)
  var nearKnowsFar = true
  var farKnowsNear = true
  var mtu = 1420
  /// The daemon at the near end; something else than the one under test only where two are compared.
  var nearProgram = Program.near
  /// What the daemons of the two ends find in their environment.
  var nearVariables: [String: String] = [:]
  var farVariables: [String: String] = [:]

  init(_ far: Far, outer: Family = .v4) {
    self.far = far
    self.outer = outer
  }

  /// The same tunnel in which only that end knows the other's endpoint.
  func initiated(by initiator: Initiator) -> Scenario {
    var scenario = self
    scenario.nearKnowsFar = initiator == .near
    scenario.farKnowsNear = initiator == .far
    return scenario
  }
}

/// Two tunnel ends, joined by a network of their own: the near one under test, the far one somebody else's.
struct Pair: Sendable {
  static let nearPort: UInt16 = 51001
  static let farPort: UInt16 = 51002

  let number: Int
  let scenario: Scenario
  let near: TunnelEnd
  let far: TunnelEnd
  /// The near end's namespace; unlike the far end it is always on this machine.
  let place: Namespace

  var nearOuter: Addresses { .outer(number, side: 1) }
  var farOuter: Addresses { .outer(number, side: 2) }

  /// Sets up the tunnel, runs `body`, and takes everything down whatever happened.
  ///
  /// - Parameters:
  ///   - keys: the identities of near and far, when they must be known before.
  ///   - turn: the line to wait in; none for a test that mostly waits.
  static func with(
    _ scenario: Scenario, keys: (Identity, Identity)? = nil, turn: Turnstile? = .short,
    _ body: @Sendable (Pair) async throws -> Void
  ) async throws {
    // The guest boots before the turns, and alone: everything else would only make it slower.
    if scenario.far == .kernel {
      _ = try await Guest.shared.version()
    } else {
      await Guest.shared.settle()
    }
    switch turn {
    case nil: try await withoutTurn(scenario, keys, body)
    case .some(let turn) where turn === Turnstile.short && scenario.far == .kernel:
      try await Turnstile.guest.pass { try await withoutTurn(scenario, keys, body) }
    case .some(let turn): try await turn.pass { try await withoutTurn(scenario, keys, body) }
    }
  }

  private static func withoutTurn(
    _ scenario: Scenario, _ keys: (Identity, Identity)?, _ body: @Sendable (Pair) async throws -> Void
  ) async throws {
    let near = try await Namespace.create()
    var guestSite: GuestSite?
    var farNamespace: Namespace?
    func takeDown() async {
      await guestSite?.delete()
      await farNamespace?.delete()
      await near.delete()
    }
    do {
      let number: Int
      let farSite: any Site
      let farEngine: any Engine
      switch scenario.far {
      case .kernel:
        number = try await Guest.shared.nextNetwork()
        try await Guest.shared.connect(near)
        let site = try await Guest.shared.makeSite()
        guestSite = site
        (farSite, farEngine) = (site, KernelEngine())
      case .needletaild, .wireguardGo:
        number = 1
        let namespace = try await Namespace.create()
        farNamespace = namespace
        try await near.cable(to: namespace)
        let program = scenario.far == .needletaild ? Program.needletaild : .wireguardGo
        (farSite, farEngine) = (namespace, DaemonEngine(program, variables: scenario.farVariables))
      }
      try await near.assign(.outer(number, side: 1))
      try await farSite.assign(.outer(number, side: 2))
      let identities = if let keys { keys } else { (try await Identity.make(), try await Identity.make()) }
      let pair = make(number, scenario, identities, near, farSite, farEngine)
      do {
        try await pair.near.bringUp()
        try await pair.far.bringUp()
        try await body(pair)
      } catch {
        throw PairFailure(error: error, near: await pair.near.diagnosis(), far: await pair.far.diagnosis())
      }
    } catch {
      await takeDown()
      throw error
    }
    await takeDown()
  }

  private static func make(
    _ number: Int, _ scenario: Scenario, _ keys: (Identity, Identity), _ near: Namespace, _ farSite: any Site,
    _ farEngine: any Engine
  ) -> Pair {
    let nearOuter = Addresses.outer(number, side: 1)
    let farOuter = Addresses.outer(number, side: 2)
    let nearInner = Addresses.inner(number, side: 1)
    let farInner = Addresses.inner(number, side: 2)
    let nearEnd = TunnelEnd(
      site: near, engine: DaemonEngine(scenario.nearProgram, variables: scenario.nearVariables),
      interface: Laboratory.interfaceName(), identity: keys.0,
      inner: nearInner,
      settings: Settings(
        listenPort: nearPort, peer: keys.1.publicKey, presharedKey: scenario.presharedKeys.0,
        endpoint: scenario.nearKnowsFar ? endpoint(farOuter[scenario.outer], farPort) : nil,
        allowed: ["\(farInner.v4)/32", "\(farInner.v6)/128"], mtu: scenario.mtu))
    let farEnd = TunnelEnd(
      site: farSite, engine: farEngine, interface: Laboratory.interfaceName(), identity: keys.1, inner: farInner,
      settings: Settings(
        listenPort: farPort, peer: keys.0.publicKey, presharedKey: scenario.presharedKeys.1,
        endpoint: scenario.farKnowsNear ? endpoint(nearOuter[scenario.outer], nearPort) : nil,
        allowed: ["\(nearInner.v4)/32", "\(nearInner.v6)/128"], mtu: scenario.mtu))
    return Pair(number: number, scenario: scenario, near: nearEnd, far: farEnd, place: near)
  }

  /// The two ends, the sending one first.
  func ends(from initiator: Initiator) -> (TunnelEnd, TunnelEnd) { initiator == .near ? (near, far) : (far, near) }

  /// One echo each way of the initiator's making, which brings the tunnel up.
  func establish(by initiator: Initiator = .near, _ family: Family = .v4) async throws {
    let (sender, receiver) = ends(from: initiator)
    let answered = try await sender.ping(receiver, family)
    try #require(answered == 1, "the first echo through the tunnel, which makes the handshake, is answered")
  }

  /// Pushes a stream with known content from one end to the other and has the receiver compare it.
  func stream(
    from sender: TunnelEnd, to receiver: TunnelEnd, _ family: Family, bytes: Int, within patience: Duration
  ) async throws {
    let seed = "\(Laboratory.number())"
    let address = receiver.inner[family]
    async let receiving = receiver.site.run(
      receiver.site.probe, "stream-receive", address, "7000", "\(bytes)", seed, within: patience)
    async let sending = sender.site.run(
      sender.site.probe, "stream-send", address, "7000", "\(bytes)", seed, within: patience)
    _ = try await (receiving, sending)
  }
}

/// A failure in a tunnel test with what both ends had to say about it.
struct PairFailure: Error, CustomStringConvertible {
  let error: any Error
  let near: String
  let far: String
  var description: String { "\(error)\n--- near\n\(near)\n--- far\n\(far)" }
}

extension TunnelEnd {
  /// Whether Debian's wireguard-go is at this end, be it as itself or in the place of the daemon under test.
  var isWireguardGo: Bool { (engine as? DaemonEngine)?.program.isWireguardGo ?? false }

  /// What the interface and its engine show, for a failure report.
  func diagnosis() async -> String {
    let look = "wg show \(interface); ip address show dev \(interface); ss -nua || true"
    let outcome = try? await site.outcome(Command("sh", "-c", look), within: .seconds(10))
    let text = (outcome?.output ?? "") + (outcome?.complaint ?? "") + engine.journal
    // Other characters would get lost, with all that surrounds them, in a test runner that splits them.
    return text.split(separator: "\n").filter { $0.utf8.allSatisfy { $0 < 128 } }.joined(separator: "\n")
  }
}
