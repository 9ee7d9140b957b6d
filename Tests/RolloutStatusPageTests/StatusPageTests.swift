import Foundation
import RolloutGate
import RolloutMetadata
import Testing

@testable import RolloutStatusPage

private func at(_ hour: Int) -> UTCTime { UTCTime(seconds: 1_798_761_600 + Int64(hour) * 3600) }

private func entry(_ change: (inout StatusPage.Entry) -> Void = { _ in }) -> StatusPage.Entry {
  var ledger = GateLedger(
    component: "driver", serial: 57, channel: .stable, ppm: 50_000, targetPPM: 250_000, now: at(400),
    stepStartedAt: at(100), builtAt: at(0))
  ledger.exposure = .init(installs: 412_003, installDays: 9_000_000)
  ledger.reports = [
    BugReport(id: "NT-2026-0011", component: "driver", serial: 57, state: .fixed, changedAt: at(90), fixedIn: 57),
    BugReport(id: "NT-2026-0012", component: "driver", serial: 57, severity: .minor, changedAt: at(95)),
  ]
  var entry = StatusPage.Entry(
    ledger: ledger,
    history: [
      .init(at: at(10), ppm: 1000, installs: 0), .init(at: at(40), ppm: 10_000, installs: 3100),
      .init(at: at(100), ppm: 50_000, installs: 31_000), .init(at: at(390), ppm: 50_000, installs: 412_003),
    ])
  change(&entry)
  return entry
}

private func page(_ entries: [StatusPage.Entry]) -> StatusPage {
  StatusPage(title: "Needletail rollouts", madeAt: at(400), entries: entries)
}

@Suite struct StatusPageTests {
  @Test func `the page is well-formed, fetches nothing and runs nothing`() throws {
    for entries in [[], [entry()], [entry(), entry { $0.ledger.brakePPM = 0 }]] {
      let page = page(entries)
      #expect(page.fault == nil)
      let html = page.html
      for word in ["<script", "http:", "https:", "url(", "@import", "src=\"", "<link"] { #expect(!html.contains(word)) }
      #expect(html == page.html)
      #expect(tags(html).isEmpty, "left open: \(tags(html))")
    }
  }

  @Test func `each line of the verdict is there, with the word of the decision`() {
    let verdict = Gate(entry().ledger).verdict
    let html = page([entry()]).html
    for line in verdict.lines { #expect(html.contains(line.text.escaped), "\(line.text)") }
    #expect(html.contains("<span class=\"badge\">waits</span>"))
    #expect(page([entry { $0.ledger.brakePPM = 0 }]).html.contains("<span class=\"badge\">halted</span>"))
  }

  @Test func `steps are taken, present or to come`() {
    let html = page([entry()]).html
    #expect(
      html.contains(
        "<li class=\"done\">1 %</li><li class=\"now\" aria-current=\"step\">5 %</li><li class=\"next\">25 %"))
    #expect(page([entry { ($0.ledger.ppm, $0.ledger.targetPPM) = (0, 1000) }]).html.contains("Offered to nobody yet."))
  }

  @Test func `words from the ledger cannot be more than words`() {
    let nasty = "<img src=x onerror=\"alert(1)\">'&\u{0}\n"
    let html = page([
      entry {
        $0.ledger.component = nasty
        $0.ledger.reports = [BugReport(id: nasty, component: nasty, serial: 57, changedAt: at(95))]
      }
    ]).html
    #expect(!html.contains("<img"))
    #expect(html.contains("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp; "))
    #expect(!html.utf8.contains(0))
  }

  @Test func `what is wrong with the input is told by its field`() {
    #expect(page([entry { $0.ledger.targetPPM = 7 }]).fault?.hasPrefix("entries[0].ledger.targetPPM") == true)
    #expect(page([entry(), entry { $0.history.reverse() }]).fault?.hasPrefix("entries[1].history") == true)
    #expect(page([entry { $0.history[0].ppm = 1_000_001 }]).fault?.hasPrefix("entries[0].history") == true)
    #expect(page([entry { $0.history[3].at = at(401) }]).fault?.hasPrefix("entries[0].history") == true)
  }

  @Test func `it is read from JSON and written back`() throws {
    let page = page([entry()])
    #expect(try JSONDecoder().decode(StatusPage.self, from: JSONEncoder().encode(page)) == page)
  }

  /// Elements that are not closed in the order they were opened.
  private func tags(_ html: String) -> [String] {
    var open: [String] = []
    for piece in html.split(separator: "<").dropFirst() {
      let tag = piece.prefix { $0 != ">" }
      let name = String(tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber })
      if tag.hasPrefix("!") || tag.hasSuffix("/") || name == "meta" { continue }
      if tag.hasPrefix("/") {
        guard open.last == name else { return open + ["/" + name] }
        open.removeLast()
      } else {
        open.append(name)
      }
    }
    return open
  }
}

@Suite struct ExposureChartTests {
  @Test(arguments: [(0, 1), (1, 1), (2, 2), (3, 5), (5, 5), (6, 10), (10, 10), (11, 20), (412_003, 500_000)])
  func `the axis ends at a round number`(count: Int, expected: Int) {
    #expect(ExposureChart.ceiling(count) == expected)
  }

  @Test func `the curve lies in the plot, and ends as high as it says`() {
    let chart = ExposureChart(points: entry().history, now: at(400))
    // From 31,000 to 412,003 of 500,000 over 160 pixels.
    #expect(chart.figure.contains("L 613 40 H 628"))
    #expect(chart.figure.contains("412,003 installs at 5 % of clients"))
    #expect(chart.figure.contains(">250k<"))
    #expect(chart.figure.components(separatedBy: "class=\"step\"").count == 3)
  }

  @Test func `without a history there is no chart`() {
    #expect(ExposureChart(points: [], now: at(1)).figure.contains("No history yet"))
    #expect(ExposureChart(points: [.init(at: at(1), ppm: 1, installs: 1)], now: at(1)).figure.contains("No history"))
  }

  @Test(arguments: [
    (0, "0 %"), (1, "0.0001 %"), (1000, "0.1 %"), (10_000, "1 %"), (12_300, "1.23 %"), (1_000_000, "100 %"),
  ])
  func `shares of a million`(ppm: Int, text: String) { #expect(ppm.percent == text) }

  @Test(arguments: [(0, "0", "0"), (999, "999", "999"), (1000, "1,000", "1k"), (2_500_000, "2,500,000", "2.5M")])
  func `counts`(count: Int, grouped: String, short: String) {
    #expect(count.grouped == grouped)
    #expect(count.short == short)
  }
}
