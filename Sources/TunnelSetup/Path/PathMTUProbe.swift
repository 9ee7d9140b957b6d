internal import ConfigurationFile
internal import Transaction
internal import TunnelPlan

/// Gives a tunnel's interface the largest MTU whose packets pass to an address behind a peer and back, by echoes that may not
/// be cut.
struct PathMTUProbe {
  /// What came of it.
  enum Outcome: Equatable {
    /// The interface has this MTU, which passes to this address.
    case settled(mtu: UInt32, through: String)
    /// It has the MTU that it had, because nobody answers.
    case unanswered
    /// It has the least that it can have, and not even that passes.
    case tooNarrow(mtu: UInt32)
  }

  /// The interface.
  let name: String
  /// Held by programs that are started.
  var lock: Lock?

  /// Seconds for an answer at all, which may take a handshake, and for each size.
  private static let patience = (first: 6, size: 2)

  /// Finds it, with sizes up to `ceiling`.
  ///
  /// - Parameter isRoutedIPv6: whether peers are sent packets of IPv6. An interface with a lesser MTU than those need loses
  ///   its routes for them, and they would leave beside it.
  func settle(
    through addresses: [String], ceiling: UInt32, isRoutedIPv6: Bool
  ) throws(ActionFailure) -> Outcome {
    let before = SystemState.mtu(of: name) ?? ceiling
    var answering: String?
    for address in addresses where answering == nil {
      if try isAnswered(address, size: 0, within: Self.patience.first) { answering = address }
    }
    guard let answering else { return .unanswered }
    let ours = try SystemState.addresses(of: name)
    var search = PlateauSearch(
      ceiling: ceiling, carriesIPv6: isRoutedIPv6 || ours.contains { $0.contains(":") && !$0.hasPrefix("fe80:") })
    // What is longer than the interface's MTU does not leave.
    let ceiling = search.ceiling
    if before != ceiling { try set(ceiling) }
    while let size = search.next {
      let isAnswered = try isAnswered(answering, size: size, within: Self.patience.size)
      search.take(isAnswered: isAnswered)
    }
    let mtu = search.largest ?? search.smallest
    if mtu != ceiling { try set(mtu) }
    return search.largest == nil ? .tooNarrow(mtu: mtu) : .settled(mtu: mtu, through: answering)
  }

  private func set(_ mtu: UInt32) throws(ActionFailure) {
    try Program(invocation: Invocation(["ip", "link", "set", "mtu", "\(mtu)", "dev", name]), lock: lock).succeed()
  }

  /// Whether one of several echoes of so many bytes is answered; the shortest when it is less than their headers.
  private func isAnswered(_ address: String, size: UInt32, within seconds: Int) throws(ActionFailure) -> Bool {
    let headers: UInt32 = address.contains(":") ? 48 : 28
    let length = max(size, headers) - headers
    let words = ["ping", "-n", "-q", "-c", "1", "-w", "\(seconds)", "-i", "0.4", "-M", "do", "-s", "\(length)"]
    return try Program(invocation: Invocation(words + [address]), lock: lock).run().status == 0
  }
}

extension PathMTUProbe.Outcome {
  /// What is wrong, and what to do; nil when nothing is.
  func complaint(_ name: String, _ addresses: [String]) -> String? {
    let remedy = "write MTUMode = probe ADDRESS with an address behind a peer that answers ping"
    return switch self {
    case .settled: nil
    case .unanswered:
      "\(name): its MTU stays: \(addresses.joined(separator: ", ")) answers no echo through the tunnel; \(remedy)"
    case .tooNarrow(let mtu):
      "\(name): its MTU is \(mtu), and no smaller one can be had, though packets of that length do not come back"
    }
  }
}
