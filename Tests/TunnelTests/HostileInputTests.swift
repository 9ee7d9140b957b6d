import Foundation
import Simulation
import Testing
import Tunnel

/// Whatever arrives, the machine neither traps nor delivers it, and the tunnel goes on.
struct HostileInputTests {
  static var seed: UInt64 { ProcessInfo.processInfo.environment["NEEDLETAIL_SEED"].flatMap { UInt64($0) } ?? 1 }
  static var rounds: Int { ProcessInfo.processInfo.environment["NEEDLETAIL_LONG"] == "1" ? 500_000 : 20_000 }

  @Test func `mutated datagrams are refused and leave the tunnel as it was`() {
    var random = SeededRandom(seed: Self.seed)
    let pair = Pair()
    for id in 0..<20 {
      pair.send(fromAlice: true, id: UInt16(id))
      pair.send(fromAlice: false, id: UInt16(id))
    }
    let recorded = pair.sent.map(\.datagram.octets)
    let delivered = (pair.alice.delivered.count, pair.bob.delivered.count)
    for round in 0..<Self.rounds {
      let datagram = Self.mutated(recorded[Int.random(in: 0..<recorded.count, using: &random)], &random)
      let elsewhere = Path(Endpoint(IPAddress(v4: 0xcb00_7100 + UInt32(round & 7)), port: 9))
      let victim = Bool.random(using: &random) ? pair.alice : pair.bob
      victim.receive(
        [datagram, datagram], along: elsewhere, trafficClass: UInt8.random(in: 0...255, using: &random), pair.now)
      if round % 64 == 63 {
        pair.alice.settle(pair.now)
        pair.bob.settle(pair.now)
        pair.alice.outbox = []
        pair.bob.outbox = []
      }
    }
    pair.exchange()
    #expect(pair.alice.delivered.count == delivered.0, "replay with NEEDLETAIL_SEED=\(Self.seed)")
    #expect(pair.bob.delivered.count == delivered.1, "replay with NEEDLETAIL_SEED=\(Self.seed)")
    #expect(pair.bob.machine.status(of: pair.bobsAlice)?.endpoint == Pair.aliceEndpoint)
    pair.pass(.seconds(6))
    pair.send(fromAlice: true, id: 999)
    #expect(pair.bob.delivered.last == Pair.packet(fromAlice: true, id: 999))
  }

  /// A recorded datagram with bytes changed, cut, added, or replaced by noise that has its shape.
  static func mutated(_ original: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
    var bytes = original
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
    case 2: bytes.append(contentsOf: (0..<Int.random(in: 1...40, using: &random)).map { _ in 0 })
    case 3:
      for i in min(16, bytes.count)..<bytes.count { bytes[i] = UInt8.random(in: 0...255, using: &random) }
    default:
      bytes = (0..<[31, 32, 33, 63, 64, 65, 91, 92, 93, 147, 148, 149][Int.random(in: 0..<12, using: &random)])
        .map { _ in UInt8.random(in: 0...255, using: &random) }
      bytes[0] = UInt8.random(in: 0...5, using: &random)
      for i in 1..<4 { bytes[i] = 0 }
    }
    return bytes
  }
}
