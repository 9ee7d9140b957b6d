extension SimulationResult {
  /// A table for a terminal: one line for each policy and defect.
  public var text: String {
    var text = "\(clients) clients, \(runs) runs each, seed \(seed)\n"
    text += "share of the fleet that had the release when it was halted, paused, or time was up\n\n"
    text += row(["policy", "defect", "median", "95 %", "through", "endings"])
    for cell in cells {
      let others = Ending.allCases.dropFirst().compactMap { ending in
        cell.count(ending) > 0 ? "\(ending.rawValue) \(cell.count(ending))" : nil
      }
      text += row([
        cell.policy, "\(cell.defect)", Self.percent(cell.medianShare), Self.percent(cell.share95),
        "\(cell.count(.through))", others.joined(separator: ", "),
      ])
    }
    return text
  }

  private func row(_ fields: [String]) -> String {
    let widths = [max(20, (cells.map(\.policy.count).max() ?? 0)), 8, 9, 9, 8, 0]
    var line = ""
    for (field, width) in zip(fields, widths) {
      line += field + String(repeating: " ", count: max(0, width - field.count)) + "  "
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }

  /// A share in per cent: two digits where it is below ten, one decimal above.
  static func percent(_ share: Double) -> String {
    let decimals = share >= 0.1 ? 1 : share >= 0.01 ? 2 : 3
    let scale = [1, 10, 100, 1000][decimals]
    let units = Int((share * 100 * Double(scale)).rounded())
    let rest = String(units % scale)
    return "\(units / scale)." + String(repeating: "0", count: decimals - rest.count) + rest + " %"
  }
}
