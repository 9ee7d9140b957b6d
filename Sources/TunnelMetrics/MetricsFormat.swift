/// How a page of metrics is written.
public enum MetricsFormat: Sendable {
  /// OpenMetrics 1.0.
  case openMetrics
  /// Prometheus' older text format, 0.0.4.
  case text

  /// The value of `Content-Type`.
  public var contentType: String {
    switch self {
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    }
  }

  /// What a reader that sends this `Accept` gets: OpenMetrics when it names that, the older format otherwise.
  public init(accept: String?) {
    let types = (accept ?? "").lowercased().split(separator: ",")
    let isNamed = types.contains { type in
      let parts = type.split(separator: ";").map { part in part.filter { $0 != " " && $0 != "\t" } }
      return parts.first == "application/openmetrics-text" && !parts.dropFirst().contains { Self.isZeroQuality($0) }
    }
    self = isNamed ? .openMetrics : .text
  }

  /// Whether a parameter says that the type is not wanted: `q=0`, `q=0.000`.
  private static func isZeroQuality(_ parameter: String) -> Bool {
    parameter.hasPrefix("q=0") && parameter.dropFirst(2).allSatisfy { $0 == "0" || $0 == "." }
  }
}
