internal import Foundation
internal import Transaction
internal import TunnelPlan

/// What the system has, as `ip` tells it.
enum SystemState {
  private struct Rule: Decodable {
    let priority: UInt32
    let isInverted: Bool
    let mark: String?
    let table: String?
    let suppressed: Int?

    enum CodingKeys: String, CodingKey {
      case priority
      case isInverted = "not"
      case mark = "fwmark"
      case table
      case suppressed = "suppress_prefixlen"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      priority = try values.decode(UInt32.self, forKey: .priority)
      // `ip` writes it as a member without a value.
      isInverted = values.contains(.isInverted)
      mark = try values.decodeIfPresent(String.self, forKey: .mark)
      table = try values.decodeIfPresent(String.self, forKey: .table)
      suppressed = try values.decodeIfPresent(Int.self, forKey: .suppressed)
    }

    /// The mark of the tunnel that has such a rule; nil when it is none for unmarked packets.
    var tunnelMark: UInt32? {
      guard isInverted, let mark, let table, let number = UInt32(mark.dropFirst(2), radix: 16), table == "\(number)"
      else { return nil }
      return number
    }

    func isLike(_ rule: PolicyRule) -> Bool {
      switch rule.kind {
      case .unmarked: tunnelMark == rule.mark
      // 254 is the main table's number.
      case .mainButDefault: !isInverted && mark == nil && table == "254" && suppressed == 0
      }
    }
  }

  private struct Route: Decodable {
    struct Metrics: Decodable { let mtu: UInt32? }

    let dev: String?
    let table: String?
    let metrics: [Metrics]?
  }

  private struct Link: Decodable {
    struct Address: Decodable {
      let local: String?
      let prefixlen: Int?
    }

    let mtu: UInt32?
    let addressInformation: [Address]?

    enum CodingKeys: String, CodingKey {
      case mtu
      case addressInformation = "addr_info"
    }
  }

  private static func ask<Answer: Decodable>(_ words: [String], _: Answer.Type) throws(ActionFailure) -> [Answer] {
    let text = try Program(invocation: Invocation(["ip", "-N", "-j"] + words)).succeed()
    if text.allSatisfy(\.isWhitespace) { return [] }
    do {
      return try JSONDecoder().decode([Answer].self, from: Data(text.utf8))
    } catch {
      throw ActionFailure("ip \(words.joined(separator: " ")) answers what is not understood")
    }
  }

  /// The MTU of an interface, in bytes.
  static func mtu(of name: String) -> UInt32? { (try? ask(["link", "show", "dev", name], Link.self))?.first?.mtu }

  /// The addresses of an interface with the lengths of their networks.
  static func addresses(of name: String) throws(ActionFailure) -> [String] {
    try ask(["address", "show", "dev", name], Link.self).flatMap { $0.addressInformation ?? [] }
      .compactMap { address in
        if let local = address.local, let length = address.prefixlen { "\(local)/\(length)" } else { nil }
      }
  }

  /// The numbers of routing tables that have routes.
  static func tables() throws(ActionFailure) -> Set<UInt32> {
    var numbers: Set<UInt32> = []
    for family in AddressFamily.allCases {
      let routes = try ask([family.option, "route", "show", "table", "all"], Route.self)
      numbers.formUnion(routes.compactMap { $0.table.flatMap { UInt32($0) } })
    }
    return numbers
  }

  /// The largest packets that the way to `address` of packets with the mark takes, in bytes; nil when there is no way.
  static func mtu(ofWayTo address: String, mark: UInt32) -> UInt32? {
    (try? ask(question(ofWayTo: address, mark), Route.self))?.first.flatMap { mtu(alongside: $0) }
  }

  /// Without its mark a tunnel's datagram would go into the tunnel.
  private static func question(ofWayTo address: String, _ mark: UInt32) -> [String] {
    ["route", "get", address] + (mark == 0 ? [] : ["mark", "\(mark)"])
  }

  /// The largest packets that the default route takes, in bytes; nil when there is none.
  static func mtuOfDefaultRoute() -> UInt32? {
    (try? ask(["route", "show", "default"], Route.self))?.first.flatMap { mtu(alongside: $0) }
  }

  private static func mtu(alongside route: Route) -> UInt32? {
    route.metrics?.compactMap { $0.mtu }.first ?? route.dev.flatMap { mtu(of: $0) }
  }

  /// The ways to addresses, of packets with the mark; two that are the same are written the same.
  static func ways(to addresses: [String], mark: UInt32) -> [String] {
    addresses.map { address in
      let words = ["ip", "-o"] + question(ofWayTo: address, mark)
      let way = (try? Program(invocation: Invocation(words)).run()).map { $0.output } ?? ""
      // Behind it is what the kernel remembers for a while.
      return way.components(separatedBy: " uid ")[0] + " \(mtu(ofWayTo: address, mark: mark) ?? 0)"
    }
  }

  private static func rules(_ family: AddressFamily) throws(ActionFailure) -> [Rule] {
    try ask([family.option, "rule", "show"], Rule.self)
  }

  /// The priority that a rule gets: before all others but those of the local table, as the kernel gives it.
  static func nextPriority(_ family: AddressFamily) throws(ActionFailure) -> UInt32 {
    let priorities: [UInt32] = try rules(family).map { $0.priority }
    let lowest = priorities.filter { $0 > 0 }.min() ?? 32766
    guard lowest > 1 else { throw ActionFailure("no priority is left for a rule: ip \(family.option) rule show") }
    return lowest - 1
  }

  /// Whether there is such a rule with this priority.
  static func has(_ rule: PolicyRule, priority: UInt32) throws(ActionFailure) -> Bool {
    try rules(rule.family).contains { $0.priority == priority && $0.isLike(rule) }
  }

  /// The marks of tunnels that have a rule for unmarked packets of IPv4.
  static func tunnelMarks() throws(ActionFailure) -> Set<UInt32> { Set(try rules(.v4).compactMap { $0.tunnelMark }) }
}
