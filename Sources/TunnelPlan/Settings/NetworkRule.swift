/// On which networks a tunnel is up: what its file says with `UpOn` and `DownOn`, held to the networks that the machine is on.
public struct NetworkRule: Equatable, Sendable {
  /// What becomes of the tunnel.
  public enum Decision: Equatable, Sendable { case up, down, stays }

  /// Whether it is up on every network that is not said.
  public var isUpElsewhere: Bool
  /// The networks that it is up on.
  public var upOn: [String]
  /// The networks that it is down on, whatever others there are.
  public var downOn: [String]

  /// A rule.
  public init(isUpElsewhere: Bool = false, upOn: [String] = [], downOn: [String] = []) {
    self.isUpElsewhere = isUpElsewhere
    self.upOn = upOn
    self.downOn = downOn
  }

  /// What becomes of the tunnel on these networks. Without any it stays as it is: there is nothing to go through.
  public func decision(on networks: Set<String>) -> Decision {
    if networks.isEmpty { return .stays }
    if downOn.contains(where: networks.contains) { return .down }
    // A file that says only where the tunnel is down has it up everywhere else.
    let isUp = isUpElsewhere || upOn.isEmpty || upOn.contains(where: networks.contains)
    return isUp ? .up : .down
  }

  /// The word for every network.
  private static let any = "any"

  /// The names in a list with commas, without the blanks around them; nil when one is empty.
  static func names(_ list: String) -> [String]? {
    let names = list.split(separator: ",", omittingEmptySubsequences: false).map { name in
      String(name.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    return names.contains("") ? nil : names
  }

  /// Adds what a line says.
  mutating func add(_ names: [String], isUp: Bool) {
    if !isUp {
      downOn += names
      return
    }
    isUpElsewhere = isUpElsewhere || names.contains { $0.lowercased() == Self.any }
    upOn += names.filter { $0.lowercased() != Self.any }
  }

  /// The rule as lines of a file, each with one name: all names in one line could be more than a line may have.
  var lines: [String] {
    ((isUpElsewhere ? [Self.any] : []) + upOn).map { "UpOn = \($0)" } + downOn.map { "DownOn = \($0)" }
  }
}
