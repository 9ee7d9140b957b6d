internal import RolloutGate
internal import RolloutMetadata

extension StatusPage.Entry {
  /// The section of the page about this release.
  var html: String {
    let verdict = Gate(ledger).verdict
    let name = "\(ledger.component) \(ledger.serial)".escaped
    return """
      <section class="\(verdict.decision.rawValue)">
      <h2><span class="channel">\(ledger.channel.name)</span> \(name) \
      <span class="badge">\(verdict.decision.word)</span></h2>
      \(progress)
      \(rules(verdict))
      \(exposure)
      \(reports)
      </section>

      """
  }

  /// The steps as a row of boxes: taken, the present one, and those to come.
  private var progress: String {
    let steps = (ledger.parameters ?? .standard(ledger.channel)).steps
    let items = steps.map { step in
      let state = step.ppm < ledger.ppm ? "done" : step.ppm == ledger.ppm ? "now" : "next"
      let mark = state == "now" ? " aria-current=\"step\"" : ""
      return "<li class=\"\(state)\"\(mark)>\(step.ppm.percent)</li>"
    }
    let since = ledger.ppm == 0 ? "Offered to nobody yet." : "Since \(ledger.stepStartedAt.readable)."
    return "<ol class=\"steps\">\(items.joined())</ol>\n<p class=\"since\">\(since)</p>"
  }

  private func rules(_ verdict: GateVerdict) -> String {
    let rows = verdict.lines.map { line in
      """
      <tr class="\(line.mark.rawValue)"><td class="mark">\(line.mark.sign)</td><th scope="row">\(line.rule.rawValue)</th>\
      <td>\(line.text.escaped)</td></tr>
      """
    }
    return "<table class=\"rules\">\n<caption>What the gate says</caption>\n\(rows.joined(separator: "\n"))\n</table>"
  }

  private var reports: String {
    let reports = ledger.reports.sorted { ($1.changedAt, $0.id) < ($0.changedAt, $1.id) }
    guard !reports.isEmpty else { return "<p class=\"empty\">No reports.</p>" }
    let rows = reports.map { report in
      """
      <tr><th scope="row">\(report.id.escaped)</th><td>\(report.severity.rawValue)</td><td>\(report.state.rawValue)</td>\
      <td>\(report.changedAt.readable)</td></tr>
      """
    }
    return """
      <table class="reports">
      <caption>Reports</caption>
      <tr><th scope="col">Report</th><th scope="col">Severity</th><th scope="col">State</th>\
      <th scope="col">Changed</th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      """
  }

  private var exposure: String {
    ExposureChart(points: history, now: ledger.now).figure
  }
}

extension GateVerdict.Decision {
  fileprivate var word: String {
    switch self {
    case .advance: "may go on"
    case .wait: "waits"
    case .pause: "paused"
    case .halt: "halted"
    }
  }
}

extension GateLine.Mark {
  fileprivate var sign: String {
    switch self {
    case .holds: "✓"
    case .fails: "✗"
    case .weak: "!"
    }
  }
}
