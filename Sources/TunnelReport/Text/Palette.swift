/// The colours of a terminal, or none.
public struct Palette: Sendable {
  /// Whether there are any.
  public let isColoured: Bool

  /// A palette.
  public init(isColoured: Bool) { self.isColoured = isColoured }

  /// `WG_COLOR_MODE` says `always` or `never`; without it `NO_COLOR` means none, else terminals get them.
  ///
  /// `wg` does not know `NO_COLOR`; the rest is its rule.
  public init(environment: [String: String], isTerminal: Bool) {
    switch environment["WG_COLOR_MODE"] {
    case "always": isColoured = true
    case "never": isColoured = false
    default: isColoured = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }
  }

  private func code(_ number: String) -> String { isColoured ? "\u{1b}[\(number)m" : "" }

  /// Back to what the terminal shows by itself.
  package var reset: String { code("0") }
  /// Bold.
  package var bold: String { code("1") }
  /// Red.
  package var red: String { code("31") }
  /// Green.
  package var green: String { code("32") }
  /// Yellow.
  package var yellow: String { code("33") }
  /// Cyan.
  package var cyan: String { code("36") }
}
