internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelDiagnosis
internal import TunnelReport

/// `needletail top`
struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Watch what the peers of all tunnels do.",
    discussion: """
      On a terminal the table is renewed until q is pressed; s sorts it another way. Elsewhere it is printed once, after \
      one interval, or --count times.
      """)

  @Option(help: "Seconds from one look to the next: 0.1 to 60.") var interval = 1.0
  @Option(
    help: "Sorted by received, sent, handshake or name.", completion: .list(TopTable.Order.allCases.map(\.rawValue)),
    transform: Self.order)
  var sort = TopTable.Order.received
  @Option(help: "End after so many looks.") var count: Int?
  @Flag(help: "Print JSON, a line for each look.") var json = false

  private static func order(_ name: String) throws -> TopTable.Order {
    if let order = TopTable.Order(rawValue: name) { return order }
    throw ValidationError("\(name): received, sent, handshake or name")
  }

  func validate() throws {
    guard interval >= 0.1 && interval <= 60 else { throw ValidationError("--interval \(interval): 0.1 to 60 seconds") }
    guard count ?? 1 > 0 else { throw ValidationError("--count \(count ?? 0): at least 1") }
  }

  func run() throws {
    var watch = Watch(order: sort)
    watch.look()
    if !json, let terminal = Terminal() {
      watchTerminal(terminal, &watch)
    } else {
      for _ in 0..<(count ?? 1) {
        Thread.sleep(forTimeInterval: interval)
        watch.look()
        print(json ? watch.json : plain(watch.table))
      }
    }
  }

  private func plain(_ table: TopTable) -> String {
    let lines = table.lines(
      width: .max, height: .max, palette: Palette(isColoured: false), blocks: Self.showsBlocks)
    return lines.joined(separator: "\n")
  }

  private func watchTerminal(_ terminal: borrowing Terminal, _ watch: inout Watch) {
    let palette = Palette(environment: ProcessInfo.processInfo.environment, isTerminal: true)
    var looks = 0
    var next = Date()
    while true {
      if Date() >= next {
        if looks > 0 { watch.look() }
        if let count, looks >= count { return }
        looks += 1
        next = Date() + interval
      }
      let (width, height) = Terminal.size
      terminal.show(watch.table.lines(width: width, height: height, palette: palette, blocks: Self.showsBlocks))
      switch terminal.input(within: max(0, Int(next.timeIntervalSinceNow * 1000))) {
      case .key(UInt8(ascii: "q")), .end: return
      case .key(UInt8(ascii: "s")): watch.order = watch.order.next
      case .key, .none: break
      }
    }
  }

  /// Whether the terminal understands characters beyond ASCII.
  private static var showsBlocks: Bool {
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.uppercased().contains("UTF-8") || locale.uppercased().contains("UTF8")
  }

  /// The tunnels, looked at again and again.
  private struct Watch {
    var order: TopTable.Order
    private var states: [TunnelState] = []
    private var observations: [String: TunnelObservation] = [:]
    private var history = TrafficHistory()
    private var details = TopTable.Details()
    private var mtus = EffectiveMTUs()

    /// Seconds that a daemon may take to answer.
    private static let patience = 5

    init(order: TopTable.Order) { self.order = order }

    /// Asks all tunnels; one that does not answer is left out.
    mutating func look() {
      let tunnels = Tunnels(Lookup(environment: [:]), patience: Self.patience)
      states = []
      observations = [:]
      details.whys = [:]
      details.mtus = [:]
      let now = Int64(Date().timeIntervalSince1970)
      for name in tunnels.names() {
        guard var state = try? tunnels.state(of: name) else { continue }
        observations[name] = tunnels.observation(of: name)
        details.mtus[name] = mtus.of(state, observations[name])
        details.whys[name] = whys(state, now)
        // Nothing secret is shown, so nothing secret is kept.
        state.wipe()
        states.append(state)
      }
      let time = DispatchTime.now().uptimeNanoseconds
      history.add(states, at: time)
      details.loads.add(observations, at: time)
      details.losses.add(observations)
    }

    /// Why peers that have no session have none, by their keys.
    private func whys(_ state: TunnelState, _ now: Int64) -> [String: String] {
      var whys: [String: String] = [:]
      let observation = observations[state.name]
      let names = mtus.names(of: state.name)
      let observed = (observation?.peers ?? []).byKey
      for peer in state.peers
      where !PeerCondition(peer, observed: observed[peer.name], now: now).isHealthy {
        let explanation = HandshakeExplanation(
          of: peer, in: state, observation: observation, endpointName: names[peer.name], now: now)
        whys[peer.name] = explanation.summary
      }
      return whys
    }

    var table: TopTable {
      TopTable(
        states, observations: observations, history: history, details: details, order: order,
        now: Int64(Date().timeIntervalSince1970))
    }

    var json: String {
      let rows = table.rows.map { row in
        "{\"tunnel\":\"\(JSONText.escape(row.tunnel))\",\"peer\":\"\(row.peer)\",\"state\":\"\(row.condition.word)\","
          + "\"sent\":\(row.traffic.sent.last ?? 0),\"received\":\(row.traffic.received.last ?? 0),"
          + "\"roundTrip\":\(row.roundTrip.map(String.init) ?? "null"),"
          + "\"expectedPackets\":\(row.loss.map { "\($0.expected)" } ?? "null"),"
          + "\"lostPackets\":\(row.loss.map { "\($0.lost)" } ?? "null"),"
          + "\"mtu\":\(row.mtu.map { "\($0.bytes)" } ?? "null"),"
          + "\"mtuReason\":\(row.mtu.map { "\"\($0.reason.rawValue)\"" } ?? "null"),"
          + "\"why\":\"\(JSONText.escape(row.why))\","
          + "\"handshakeAge\":\(row.handshakeAge.map(String.init) ?? "null")}"
      }
      return "[\(rows.joined(separator: ","))]"
    }
  }
}
