public import TunnelReport

/// The tunnels of a machine as a table that is looked at while it changes.
public struct TopTable: Sendable {
  /// What the rows are sorted by.
  public enum Order: String, CaseIterable, Sendable {
    case received, sent, handshake, name

    /// The one after this, around.
    public var next: Order {
      let all = Self.allCases
      return all[(all.firstIndex(of: self)! + 1) % all.count]
    }
  }

  /// A peer's row.
  public struct Row: Sendable, Equatable {
    /// The tunnel.
    public var tunnel: String
    /// The public key in base 64.
    public var peer: String
    /// How it is.
    public var condition: PeerCondition
    /// Microseconds of the last handshake's round trip.
    public var roundTrip: UInt64?
    /// What was lost of its packets in the last moments; nil when it sent none.
    public var loss: PacketLoss?
    /// What it did in the last moments.
    public var traffic: TrafficHistory.Traffic
    /// Seconds since the newest handshake; nil for never.
    public var handshakeAge: Int64?
    /// The largest packet that goes to it in one piece; nil when it is not known.
    public var mtu: EffectiveMTU?
    /// Why there is no session; empty when nothing is wrong.
    public var why = ""
  }

  /// What is known of the peers beyond what tunnels say of them: by the tunnel's name, and by the peer's key in base 64.
  public struct Details: Sendable {
    /// What was lost in the last moments.
    public var losses = LossHistory()
    /// The largest packets that go to peers in one piece.
    public var mtus: [String: [String: EffectiveMTU]] = [:]
    /// How busy the workers are.
    public var loads = WorkerLoads()
    /// Why there is no session with peers.
    public var whys: [String: [String: String]] = [:]

    /// Nothing is known.
    public init() {}
  }

  /// The rows, in their order.
  public private(set) var rows: [Row]
  /// How many tunnels were asked.
  public let tunnelCount: Int
  /// What the rows are sorted by.
  public let order: Order
  private let load: String

  /// The table at `now`, in seconds since 1970.
  public init(
    _ tunnels: [TunnelState], observations: [String: TunnelObservation], history: TrafficHistory,
    details: Details = Details(), order: Order, now: Int64
  ) {
    tunnelCount = tunnels.count
    self.order = order
    load = details.loads.text
    rows = tunnels.flatMap { tunnel in
      let observed = (observations[tunnel.name]?.peers ?? []).byKey
      return tunnel.peers.map { peer in
        Row(
          tunnel: tunnel.name, peer: peer.name,
          condition: PeerCondition(peer, observed: observed[peer.name], now: now),
          roundTrip: observed[peer.name]?.roundTrip, loss: details.losses.loss(of: peer.name, in: tunnel.name),
          traffic: history.traffic(of: peer.name, in: tunnel.name),
          handshakeAge: peer.handshakeSeconds == 0 ? nil : max(0, now - peer.handshakeSeconds),
          mtu: details.mtus[tunnel.name]?[peer.name], why: details.whys[tunnel.name]?[peer.name] ?? "")
      }
    }
    rows.sort { Self.precedes($0, $1, order) }
  }

  private static func precedes(_ one: Row, _ other: Row, _ order: Order) -> Bool {
    func rank(_ row: Row) -> UInt64 {
      switch order {
      case .received: row.traffic.received.last ?? 0
      case .sent: row.traffic.sent.last ?? 0
      case .handshake: row.handshakeAge.map { .max - UInt64($0) } ?? 0
      case .name: 0
      }
    }
    let (left, right) = (rank(one), rank(other))
    return left != right ? left > right : (one.tunnel, one.peer) < (other.tunnel, other.peer)
  }

  /// The table's lines; `height` of them at most, the last saying what was left out, none longer than `width` columns.
  /// `blocks` says whether the terminal shows block characters.
  public func lines(width: Int, height: Int, palette: Palette, blocks: Bool) -> [String] {
    let peers = "\(rows.count) peer\(rows.count == 1 ? "" : "s")"
    let title =
      "\(tunnelCount) tunnel\(tunnelCount == 1 ? "" : "s"), \(peers), by \(order.rawValue)"
      + (load.isEmpty ? "" : "; \(load)")
    let room = max(0, height - 2)
    let shown = rows.count <= room ? rows : Array(rows.prefix(max(0, room - 1)))
    let widest = min(16, max(6, shown.map(\.tunnel.count).max() ?? 0))
    func line(_ cells: [String], _ state: String, colour: String = "") -> String {
      let text = Self.padded(cells[0], widest) + "  " + Self.padded(cells[1], 8) + "  "
      let rest = "  " + cells[2...].joined(separator: "  ")
      let whole = text + Self.padded(state, 26) + rest
      guard whole.count <= width, !colour.isEmpty else { return String(whole.prefix(width)) }
      return text + colour + Self.padded(state, 26) + palette.reset + rest
    }
    var lines = [String(title.prefix(width))]
    lines.append(
      line(
        [
          "TUNNEL", "PEER", Self.padded("RTT", 9), Self.padded("LOSS", 6), Self.padded("SENT", 22),
          Self.padded("RECEIVED", 22), "HANDSHAKE", "MTU",
        ], "STATE"))
    // Rows first; what room they leave is for the reasons below them.
    var spare = room - shown.count
    for row in shown {
      let cells = [
        row.tunnel, String(row.peer.prefix(8)), Self.padded(row.roundTrip.map(Self.time) ?? "-", 9),
        Self.padded(row.loss?.text ?? "-", 6),
        Self.padded(Self.rates(row.traffic.sent, blocks), 22),
        Self.padded(Self.rates(row.traffic.received, blocks), 22),
        Self.padded(row.handshakeAge.map { "\($0) s" } ?? "never", 9), row.mtu?.text ?? "-",
      ]
      lines.append(line(cells, row.condition.text, colour: row.condition.isHealthy ? palette.green : palette.red))
      if !row.why.isEmpty && spare > (shown.count < rows.count ? 1 : 0) {
        lines.append(String("  why: \(row.why)".prefix(width)))
        spare -= 1
      }
    }
    if shown.count < rows.count { lines.append(String("\(rows.count - shown.count) more".prefix(width))) }
    return Array(lines.prefix(max(0, height)))
  }

  private static func rates(_ rates: [UInt64], _ blocks: Bool) -> String {
    let plain = Palette(isColoured: false)
    return sparkline(rates, blocks) + " " + plain.amount(rates.last ?? 0) + "/s"
  }

  /// The rates as columns, the highest of them full.
  static func sparkline(_ rates: [UInt64], _ blocks: Bool) -> String {
    let levels = Array(blocks ? "▁▂▃▄▅▆▇█" : "_.:-=+*#")
    let most = max(1, rates.max() ?? 0)
    let bars = rates.map { rate -> Character in
      rate == 0 ? levels[0] : levels[min(levels.count - 1, 1 + Int(Double(rate) / Double(most) * 6.999))]
    }
    return padded(String(bars), TrafficHistory.length)
  }

  private static func time(_ microseconds: UInt64) -> String {
    if microseconds < 1000 { return "\(microseconds) us" }
    if microseconds < 10_000_000 { return "\(microseconds / 1000).\(microseconds / 100 % 10) ms" }
    return "\(microseconds / 1_000_000) s"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text.count >= width ? text : text + String(repeating: " ", count: width - text.count)
  }
}
