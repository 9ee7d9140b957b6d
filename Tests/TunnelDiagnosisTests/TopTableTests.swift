import Octets
import Testing
import TunnelReport

@testable import TunnelDiagnosis

struct TopTableTests {
  private static func tunnel(_ sent: UInt64, _ received: UInt64, peers: UInt8 = 1, name: String = "wg0") -> TunnelState
  {
    var tunnel = TunnelState(name: name)
    for number in 0..<peers {
      var peer = PeerState(publicKey: Octets32(repeating: number + 1))
      (peer.sentBytes, peer.receivedBytes) = (sent * UInt64(number + 1), received)
      peer.handshakeSeconds = 1000 - Int64(number)
      tunnel.peers.append(peer)
    }
    return tunnel
  }

  private static let key = Octets32(repeating: 1).keyText

  @Test func `rates are differences over time, the newest last, and no more than are shown`() {
    var history = TrafficHistory()
    history.add([Self.tunnel(1000, 5)], at: 0)
    #expect(history.traffic(of: Self.key, in: "wg0") == .init())
    history.add([Self.tunnel(3000, 5)], at: 2_000_000_000)
    #expect(history.traffic(of: Self.key, in: "wg0") == .init(sent: [1000], received: [0]))
    for step in 2..<12 { history.add([Self.tunnel(3000 + UInt64(step), 5)], at: UInt64(step) * 2_000_000_000) }
    #expect(history.traffic(of: Self.key, in: "wg0").sent.count == TrafficHistory.length)
  }

  @Test func `a counter that begins anew, a clock that stands still and a peer that goes do no harm`() {
    var history = TrafficHistory()
    history.add([Self.tunnel(1000, 1000)], at: 1)
    history.add([Self.tunnel(10, 1000)], at: 1_000_000_001)
    #expect(history.traffic(of: Self.key, in: "wg0").sent == [0])
    history.add([Self.tunnel(20, 1000)], at: 1_000_000_001)
    #expect(history.traffic(of: Self.key, in: "wg0").sent == [0])
    history.add([Self.tunnel(.max, .max)], at: 1_000_000_002)
    #expect(history.traffic(of: Self.key, in: "wg0").sent.last == .max)
    history.add([], at: 2_000_000_000)
    #expect(history.traffic(of: Self.key, in: "wg0") == .init())
  }

  private static func table(_ order: TopTable.Order, peers: UInt8 = 3) -> TopTable {
    var history = TrafficHistory()
    history.add([tunnel(0, 0, peers: peers)], at: 0)
    history.add([tunnel(100, 7, peers: peers)], at: 1_000_000_000)
    return TopTable(
      [tunnel(100, 7, peers: peers)], observations: [:], history: history, order: order, now: 1010)
  }

  @Test func `rows are sorted as is wished, equal ones by name`() {
    func keys(_ order: TopTable.Order) -> [String] { Self.table(order).rows.map(\.peer) }
    let names = (1...3).map { Octets32(repeating: UInt8($0)).keyText }
    #expect(keys(.sent) == names.reversed() && keys(.received) == names.sorted())
    #expect(keys(.handshake) == names && keys(.name) == names.sorted())
    #expect(TopTable.Order.name.next == .received && TopTable.Order.received.next == .sent)
  }

  @Test func `no line is wider and none is below the terminal, and what is left out is counted`() {
    let table = Self.table(.sent, peers: 20)
    let plain = Palette(isColoured: false)
    for (width, height) in [(200, 50), (80, 24), (40, 10), (10, 3), (1, 1), (80, 0)] {
      let lines = table.lines(width: width, height: height, palette: plain, blocks: true)
      #expect(lines.count <= height && lines.allSatisfy { $0.count <= width }, "\(width) × \(height)")
    }
    let lines = table.lines(width: 200, height: 10, palette: plain, blocks: true)
    #expect(lines.count == 10 && lines[9] == "13 more" && lines[0] == "1 tunnel, 20 peers, by sent")
    #expect(lines[2].hasPrefix("wg0     FBQUFBQU  Established(29 s)"), "\(lines[2])")
    #expect(lines[2].contains("█") && lines[2].contains(" 1.95 KiB/s"))
    #expect(table.lines(width: 200, height: 50, palette: plain, blocks: true).count == 22)
  }

  /// Three peers, of which the second has lost packets, the third has no session, and the first is reached in small packets.
  private static func detailed(loss: Bool = true) -> TopTable {
    var details = TopTable.Details()
    let names = (1...3).map { Octets32(repeating: UInt8($0)).keyText }
    for (expected, received) in [(0, 0), (200, 195)] as [(UInt64, UInt64)] {
      var peer = PeerObservation(publicKey: Octets32(repeating: 2))
      (peer.expectedPackets, peer.receivedPackets) = (expected, received)
      var observation = TunnelObservation()
      observation.peers = [peer]
      details.losses.add(["wg0": observation])
    }
    for time in 0...1 as ClosedRange<UInt64> {
      var observation = TunnelObservation()
      observation.workers = [.init(name: "receive", processorTime: time * 340_000)]
      details.loads.add(["wg0": observation], at: time * 1_000_000_000)
    }
    details.mtus = ["wg0": [names[0]: EffectiveMTU(interface: 1420, setting: .bytes(1420), way: 1300, isIPv6: false)]]
    details.whys = ["wg0": [names[2]: "last initiation 4 s ago, no response x3"]]
    return TopTable(
      [tunnel(100, 7, peers: 3)], observations: [:], history: TrafficHistory(), details: details, order: .name,
      now: 1010)
  }

  @Test func `loss and MTU have columns, and why there is no session stands below its peer`() throws {
    let lines = Self.detailed().lines(width: 200, height: 50, palette: Palette(isColoured: false), blocks: true)
    #expect(lines[0] == "1 tunnel, 3 peers, by name; receive 34%; 0 handshakes and 0 packets wait")
    #expect(lines.count == 6 && lines[1].contains("  LOSS    SENT  ") && lines[1].hasSuffix("  HANDSHAKE  MTU"))
    func line(_ number: Int) throws -> String {
      let key = Octets32(repeating: UInt8(number)).keyText.prefix(8)
      return try #require(lines.first { $0.hasPrefix("wg0     \(key)") })
    }
    #expect(try line(1).contains("  -       ") && line(1).hasSuffix("  1232 (path)"))
    #expect(try line(2).contains("  2.5%  ") && line(2).hasSuffix("  -"))
    let place = try #require(lines.firstIndex(of: try line(3)))
    #expect(lines[place + 1] == "  why: last initiation 4 s ago, no response x3")
  }

  @Test func `reasons have the room that rows leave, and a terminal's width`() {
    let table = Self.detailed()
    func lines(_ width: Int, _ height: Int) -> [String] {
      table.lines(width: width, height: height, palette: Palette(isColoured: false), blocks: true)
    }
    #expect(lines(200, 6).contains { $0.hasPrefix("  why: ") } && lines(200, 6).count == 6)
    #expect(!lines(200, 5).contains { $0.hasPrefix("  why: ") } && lines(200, 5).count == 5)
    #expect(lines(200, 4).last == "2 more")
    #expect(lines(12, 6).contains("  why: last ") && lines(12, 6).allSatisfy { $0.count <= 12 })
  }

  @Test func `a terminal without block characters gets ASCII, one with colours a coloured state`() {
    let table = Self.table(.sent)
    let ascii = table.lines(width: 200, height: 9, palette: Palette(isColoured: false), blocks: false)
    #expect(ascii.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f } })
    let coloured = table.lines(width: 200, height: 9, palette: Palette(isColoured: true), blocks: false)
    #expect(coloured[2].contains("\u{1b}[32mEstablished"))
    #expect(TopTable.sparkline([0, 1, 50, 100], true) == "▁▂▅█    ")
  }
}
