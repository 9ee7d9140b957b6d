import Foundation

/// Replies of control sockets from a seed, with every field at its edges.
struct RandomState {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  private mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  private mutating func pick<Element>(_ list: [Element]) -> Element { list[Int(next() % UInt64(list.count))] }
  private mutating func chance(_ part: UInt64) -> Bool { next() % part == 0 }

  private mutating func key() -> String {
    if chance(8) { return String(repeating: "0", count: 64) }
    return (0..<4).map { _ in
      let digits = String(next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  private mutating func number() -> UInt64 {
    let edge: [UInt64] = [
      0, 1, 1023, 1024, 1025, 1 << 20, (1 << 20) - 1, 1 << 30, (1 << 30) - 1, 1 << 40, (1 << 40) - 1,
    ]
    return chance(2) ? pick(edge + [1 << 53, 1 << 60, .max, (1 << 53) + 1]) : next() >> (next() % 64)
  }

  private mutating func handshake(_ now: UInt64) -> UInt64 {
    let ages: [UInt64] = [0, 1, 2, 59, 60, 61, 3599, 3600, 86399, 86400, 31_535_999, 31_536_000, 94_694_400]
    switch next() % 5 {
    case 0: return 0
    case 1: return now + 1 + next() % 1000
    case 2: return now - pick(ages)
    case 3: return chance(4) ? UInt64(Int64.max) : 1
    default: return now - next() % now
    }
  }

  private mutating func address() -> String {
    let edge = [
      "::", "::1", "::1.2.3.4", "::ffff:1.2.3.4", "::ffff:0:1", "1::", "1:0:0:2::3", "1:2:3:4:5:6:7:8", "2001:db8::1",
      "::1:2", "0:0:1::", "fe80::1", "64:ff9b::1.2.3.4", "0.0.0.0", "255.255.255.255", "10.1.2.3",
    ]
    if chance(2) { return pick(edge) }
    if chance(2) { return (0..<4).map { _ in "\(next() % 256)" }.joined(separator: ".") }
    return (0..<8).map { _ in chance(2) ? "0" : String(next() % 65536, radix: 16) }.joined(separator: ":")
  }

  private mutating func endpoint() -> String {
    let port = pick([0, 1, 51820, 65535])
    let address = address()
    if !address.contains(":") { return "\(address):\(port)" }
    let zone = address.hasPrefix("fe80") ? pick(["", "%lo", "%1", "%99"]) : ""
    return "[\(address)\(zone)]:\(port)"
  }

  /// The lines of a reply, its end too.
  mutating func reply(now: UInt64) -> String {
    var lines: [String] = []
    if !chance(4) { lines.append("private_key=\(key())") }
    if !chance(4) { lines.append("listen_port=\(pick([0, 1, 51820, 65535]))") }
    if chance(2) { lines.append("fwmark=\(pick([0, 1, 51820, 4_294_967_295]))") }
    let peers = chance(4) ? 0 : Int(next() % 6)
    for _ in 0..<peers { lines += peer(now) }
    if chance(20) { lines.append(fault()) }
    lines.append("errno=\(chance(20) ? pick(["1", "5", "19", "22", "-22", "400", "x", ""]) : "0")")
    return lines.joined(separator: "\n") + (chance(30) ? "\n" : "\n\n")
  }

  private mutating func peer(_ now: UInt64) -> [String] {
    var lines = ["public_key=\(key())"]
    if !chance(3) { lines.append("preshared_key=\(key())") }
    if !chance(8) { lines.append("protocol_version=1") }
    if !chance(3) { lines.append("endpoint=\(endpoint())") }
    if !chance(8) {
      lines.append("last_handshake_time_sec=\(handshake(now))")
      lines.append("last_handshake_time_nsec=\(next() % 1_000_000_000)")
    }
    if !chance(8) { lines.append("tx_bytes=\(number())") }
    if !chance(8) { lines.append("rx_bytes=\(number())") }
    if !chance(3) { lines.append("persistent_keepalive_interval=\(pick([0, 1, 25, 60, 61, 3600, 65535]))") }
    for _ in 0..<(chance(40) ? 1000 : pick([0, 0, 1, 2, 5])) {
      let address = address()
      let most: UInt64 = address.contains(":") ? 128 : 32
      lines.append("allowed_ip=\(address)/\(chance(2) ? most : next() % (most + 1))")
    }
    return lines
  }

  private mutating func fault() -> String {
    pick([
      "unknown=1", "noequals", "=", "listen_port=65536", "fwmark=-1", "allowed_ip=1.2.3.4", "allowed_ip=1.2.3.4/33",
      "endpoint=1.2.3.4", "public_key=00", "preshared_key=zz", "rx_bytes=99999999999999999999",
      "last_handshake_time_sec=9223372036854775808", "persistent_keepalive_interval=65536", "tx_bytes= 1",
    ])
  }
}
