internal import Transaction
internal import TunnelPlan

/// The kill switch of a tunnel, as the packet filter has it: thrown whether a journal tells of it or not.
struct KillSwitch {
  private let table: FilterTable

  init(of tunnel: String) { table = .guarding(tunnel) }

  /// Whether it is thrown; false where there is no packet filter to ask.
  var isThrown: Bool { listing.map(FilterTable.isThrown) ?? false }

  /// Whether it lets out what is for the local network.
  var allowsLAN: Bool { listing.map(FilterTable.allowsLAN) ?? false }

  private var listing: String? {
    guard Program.path(of: "nft") != nil else { return nil }
    let question = Program(invocation: Invocation(["nft", "list", "table", table.family, table.name]))
    guard let answer = try? question.run(), answer.status == 0 else { return nil }
    return answer.output
  }

  /// Puts another guard of the tunnel in its place.
  func replace(with table: FilterTable) throws(ActionFailure) {
    try Program(invocation: Invocation(["nft", "-f", "-"], input: table.loading)).succeed()
  }

  /// Lifts it, with all else that its table does.
  func lift() throws(ActionFailure) {
    try Program(invocation: Invocation(["nft", "-f", "-"], input: table.removal)).succeed()
  }
}
