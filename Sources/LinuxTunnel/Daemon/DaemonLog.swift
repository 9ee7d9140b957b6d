public import Logging

/// Where the daemon's log lines go, and how they look there.
public struct DaemonLog: LogHandler {
  /// Places for log lines.
  public enum Destination: Sendable {
    /// Standard error, for people: the line says who speaks.
    case standardError
    /// Standard error, read by the system's journal: the line begins with its priority.
    case journal
    /// The system's log: for a daemon that has no standard error.
    case system
  }

  private let label: String
  private let destination: Destination
  /// What every line could carry; nothing is printed of it.
  public var metadata: Logger.Metadata = [:]
  /// The least severe level that is printed.
  public var logLevel: Logger.Level

  /// A log of `level` and above, of somebody called `label`.
  public init(label: String, level: Logger.Level, to destination: Destination) {
    self.label = label
    logLevel = level
    self.destination = destination
  }

  /// One value of the metadata.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Prints one line.
  public func log(event: LogEvent) {
    let text = event.message.description.split(whereSeparator: \.isNewline).joined(separator: " ")
    let priority = Self.priority(of: event.level)
    switch destination {
    case .standardError: Self.writeToError("\(label): \(event.level == .debug ? "debug: " : "")\(text)\n")
    case .journal: Self.writeToError("<\(priority)>\(label): \(text)\n")
    case .system: Self.writeToSystem(priority, "\(label): \(text)")
    }
  }

  /// The priorities of syslog (RFC 5424 §6.2.1).
  private static func priority(of level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  /// The level that the environment variable LOG_LEVEL asks for; nil is silence. Errors when it asks for nothing.
  public static func level(named name: String?) -> Logger.Level? {
    switch name {
    case "verbose", "debug": .debug
    case "silent": nil
    default: .error
    }
  }
}
