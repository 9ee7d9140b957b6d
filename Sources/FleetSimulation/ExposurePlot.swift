internal import RolloutGate

/// A picture of exposure over time, one curve a policy, as SVG that any browser shows by itself.
public struct ExposurePlot {
  private let result: SimulationResult

  private static let width = 860.0
  private static let height = 440.0
  private static let left = 64.0
  private static let top = 44.0
  private static let right = 24.0
  private static let bottom = 120.0
  private static let colours = ["#c0392b", "#d68910", "#2471a3", "#1e8449", "#7d3c98", "#5d6d7e"]
  /// Shares below this lie on the axis.
  private static let least = 1e-5

  /// A plot of a result that has curves.
  public init(_ result: SimulationResult) { self.result = result }

  /// The picture.
  public var svg: String {
    let size = "width=\"\(Int(Self.width))\" height=\"\(Int(Self.height))\""
    var svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\""
    svg += " font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    let defect = result.plottedDefect.map { "\($0)" } ?? "?"
    svg += text(
      Self.left, 24, "Share of \(result.clients) clients with a release of which \(defect) of the installs fail")
    svg += axes + result.curves.enumerated().map(curve).joined()
    return svg + "</svg>\n"
  }

  private var hours: Double {
    let longest = result.curves.map { Double($0.shares.count) * $0.hoursPerPoint }.max() ?? 1
    return min(max(longest, 1), 336)
  }

  private func x(_ hour: Double) -> Double {
    Self.left + hour / hours * (Self.width - Self.left - Self.right)
  }

  /// Logarithmic from a hundred-thousandth to everybody.
  private func y(_ share: Double) -> Double {
    let part = ElementaryFunctions.logarithm(max(share, Self.least)) / ElementaryFunctions.logarithm(Self.least)
    return Self.top + part * (Self.height - Self.top - Self.bottom)
  }

  private var axes: String {
    var svg = ""
    for (share, label) in [
      (1.0, "100 %"), (0.1, "10 %"), (0.01, "1 %"), (1e-3, "0.1 %"), (1e-4, "0.01 %"), (1e-5, "0"),
    ] {
      svg +=
        "<path d=\"M\(tenths(Self.left)) \(tenths(y(share)))H\(tenths(Self.width - Self.right))\" stroke=\"#ddd\"/>\n"
      svg += text(Self.left - 8, y(share) + 4, label, anchor: "end")
    }
    var hour = 0.0
    while hour <= hours {
      svg += text(x(hour), y(Self.least) + 20, "\(Int(hour)) h", anchor: "middle")
      hour += 48
    }
    return svg
  }

  private func curve(_ index: Int, _ curve: SimulationResult.Curve) -> String {
    let colour = Self.colours[index % Self.colours.count]
    var path = ""
    for (place, share) in curve.shares.enumerated() {
      let hour = Double(place) * curve.hoursPerPoint
      if hour > hours { break }
      path += (place == 0 ? "M" : "L") + tenths(x(hour)) + " " + tenths(y(share))
    }
    let legendX = Self.left + Double(index % 2) * 380
    let legendY = Self.height - 68 + Double(index / 2) * 20
    return "<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>\n"
      + "<path d=\"M\(tenths(legendX)) \(tenths(legendY - 4))h24\" stroke=\"\(colour)\" stroke-width=\"3\"/>\n"
      + text(legendX + 32, legendY, curve.policy)
  }

  private func text(_ x: Double, _ y: Double, _ text: String, anchor: String = "start") -> String {
    "<text x=\"\(tenths(x))\" y=\"\(tenths(y))\" text-anchor=\"\(anchor)\">\(Self.escaped(text))</text>\n"
  }

  private func tenths(_ x: Double) -> String {
    let units = Int((x * 10).rounded())
    return "\(units / 10).\(abs(units % 10))"
  }

  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
