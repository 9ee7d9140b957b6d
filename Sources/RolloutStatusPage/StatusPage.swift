public import RolloutGate
public import RolloutMetadata

/// What a publisher shows the world of its rollouts: one HTML file without scripts, fonts or anything else to fetch.
///
/// It reads on a phone and on a desk, in light and in dark. A function of its value: the same input gives the same bytes.
public struct StatusPage: Equatable, Sendable, Codable {
  /// How far a rollout had come at a moment.
  public struct Point: Equatable, Sendable, Codable {
    /// The moment.
    public var at: UTCTime
    /// Clients per million that the release was offered to.
    public var ppm: Int
    /// Installs counted by then.
    public var installs: Int

    /// A point of the exposure chart.
    public init(at: UTCTime, ppm: Int, installs: Int) {
      self.at = at
      self.ppm = ppm
      self.installs = installs
    }
  }

  /// A release on its way through a channel.
  public struct Entry: Equatable, Sendable, Codable {
    /// What the gate judges it by.
    public var ledger: GateLedger
    /// How it came to where it is, in the order of time; may be empty.
    public var history: [Point]

    /// A release with its history.
    public init(ledger: GateLedger, history: [Point] = []) {
      self.ledger = ledger
      self.history = history
    }
  }

  /// The heading.
  public var title: String
  /// When the page was made.
  public var madeAt: UTCTime
  /// The releases, in the order they are shown in.
  public var entries: [Entry]

  /// A page of `entries`.
  public init(title: String, madeAt: UTCTime, entries: [Entry]) {
    self.title = title
    self.madeAt = madeAt
    self.entries = entries
  }

  /// What is wrong with the input, by the name of its field; nil when the page can be made.
  public var fault: String? {
    for (place, entry) in entries.enumerated() {
      if let fault = entry.ledger.fault { return "entries[\(place)].ledger.\(fault)" }
      for (earlier, later) in zip(entry.history, entry.history.dropFirst()) where later.at < earlier.at {
        return "entries[\(place)].history: not in the order of time"
      }
      if entry.history.contains(where: { !(0...1_000_000).contains($0.ppm) || !(0...1 << 53).contains($0.installs) }) {
        return "entries[\(place)].history: ppm must be 0 to 1000000, installs not negative"
      }
      if let last = entry.history.last, last.at > entry.ledger.now {
        return "entries[\(place)].history: its last point is after ledger.now"
      }
    }
    return nil
  }

  /// What the gate says of each entry. Its input must be without `fault`.
  public var verdicts: [GateVerdict] { entries.map { Gate($0.ledger).verdict } }

  /// The page. Its input must be without `fault`.
  public var html: String {
    var page = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>\(title.escaped)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <header>
      <h1>\(title.escaped)</h1>
      <p>As of <time datetime="\(madeAt.description)">\(madeAt.readable)</time></p>
      </header>
      <main>

      """
    if entries.isEmpty { page += "<p class=\"empty\">No release is on its way.</p>\n" }
    for entry in entries { page += entry.html }
    return page + "</main>\n</body>\n</html>\n"
  }
}
