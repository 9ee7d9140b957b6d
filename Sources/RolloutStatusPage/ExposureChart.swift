internal import RolloutGate
internal import RolloutMetadata

/// Installs over time, with the moments at which a step was taken.
struct ExposureChart {
  let points: [StatusPage.Point]
  let now: UTCTime

  private static let width = 640
  private static let height = 200
  /// Where the axes cross, and the room above and right of the plot.
  private static let (left, bottom, top, right) = (64, 172, 12, 12)

  /// The chart in a figure; a sentence when there is not enough to draw.
  var figure: String {
    guard let first = points.first, let last = points.last, now > first.at else {
      return "<p class=\"empty\">No history yet.</p>"
    }
    let most = Self.ceiling(points.map(\.installs).max() ?? 0)
    let path = curve(from: first.at, most: most)
    let text = "\(last.installs.grouped) installs at \(last.ppm.percent) of clients"
    return """
      <figure>
      <figcaption>Exposure: \(text)</figcaption>
      <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(text)">
      \(grid(most))
      \(steps(from: first.at))
      <path class="area" d="\(path) V \(Self.bottom) H \(Self.left) Z"/>
      <path class="line" d="\(path)"/>
      <text x="\(Self.left)" y="192">\(first.at.day)</text>
      <text x="\(Self.width - Self.right)" y="192" class="end">\(now.day)</text>
      </svg>
      </figure>
      """
  }

  /// The next of 1, 2, 5, 10, 20, 50 … that is not below `count`.
  static func ceiling(_ count: Int) -> Int {
    var scale = 1
    while true {
      for factor in [1, 2, 5] where factor * scale >= count { return factor * scale }
      scale *= 10
    }
  }

  private func x(_ moment: UTCTime, from start: UTCTime) -> Int {
    let span = Self.width - Self.left - Self.right
    return Self.left + Int(moment - start) * span / Int(max(1, now - start))
  }

  private func y(_ installs: Int, most: Int) -> Int {
    Self.bottom - Int((Double(installs) / Double(most) * Double(Self.bottom - Self.top)).rounded())
  }

  /// What is known at a point holds until the next.
  private func curve(from start: UTCTime, most: Int) -> String {
    var path = "M \(Self.left) \(y(points.first?.installs ?? 0, most: most))"
    for point in points.dropFirst() { path += " L \(x(point.at, from: start)) \(y(point.installs, most: most))" }
    return path + " H \(Self.width - Self.right)"
  }

  private func grid(_ most: Int) -> String {
    [0, 1, 2].map { half in
      let place = Self.bottom - half * (Self.bottom - Self.top) / 2
      let value = most * half / 2
      // Half of an odd number is not written.
      let label =
        most * half % 2 == 0
        ? "<text x=\"\(Self.left - 8)\" y=\"\(place + 4)\" class=\"end\">\(value.short)</text>" : ""
      return "<path class=\"grid\" d=\"M \(Self.left) \(place) H \(Self.width - Self.right)\"/>\(label)"
    }.joined(separator: "\n")
  }

  private func steps(from start: UTCTime) -> String {
    var lines: [String] = []
    for (earlier, later) in zip(points, points.dropFirst()) where later.ppm != earlier.ppm {
      let place = x(later.at, from: start)
      lines.append(
        "<path class=\"step\" d=\"M \(place) \(Self.top) V \(Self.bottom)\"/>"
          + "<text x=\"\(place + 4)\" y=\"\(Self.top + 10)\">\(later.ppm.percent)</text>")
    }
    return lines.joined(separator: "\n")
  }
}
