/// A page of metrics in the making: families one after the other, each with all of its samples.
struct MetricsPage {
  let format: MetricsFormat
  private(set) var text = ""

  init(_ format: MetricsFormat) { self.format = format }

  /// What a family measures.
  enum Kind: String {
    case gauge, counter, info
  }

  /// Adds a family; nothing when it has no samples. A counter's samples end with `_total`, those of an info with `_info`.
  ///
  /// The unit is the end of the name, as OpenMetrics demands it.
  mutating func add(
    _ name: String, _ kind: Kind, unit: String? = nil, help: String, _ samples: [(labels: Labels, value: UInt64)]
  ) {
    guard !samples.isEmpty else { return }
    let suffix = kind == .counter ? "_total" : kind == .info ? "_info" : ""
    // The older format knows neither families apart from samples, nor infos, nor units.
    let isOpen = format == .openMetrics
    let family = isOpen ? name : name + suffix
    text += "# HELP \(family) \(Self.escape(help, quotes: isOpen))\n"
    text += "# TYPE \(family) \(kind == .info && !isOpen ? "gauge" : kind.rawValue)\n"
    if isOpen, let unit { text += "# UNIT \(family) \(unit)\n" }
    for sample in samples { text += "\(name)\(suffix)\(sample.labels.text) \(sample.value)\n" }
  }

  /// Ends the page.
  mutating func end() {
    if format == .openMetrics { text += "# EOF\n" }
  }

  /// A text with what the formats write another way: backslashes, line ends, and quotes where they are asked for.
  static func escape(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

/// The labels of a sample, in order. One without a value is left out: that is what an empty one means.
struct Labels {
  private var parts: [String] = []

  init(_ pairs: KeyValuePairs<String, String>) {
    for (name, value) in pairs where !value.isEmpty {
      parts.append("\(name)=\"\(MetricsPage.escape(value, quotes: true))\"")
    }
  }

  /// In braces; nothing when there are none.
  var text: String { parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}" }
}
