public import RolloutMetadata

/// Why a client could not do what was asked.
public struct ClientError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The status to exit with.
  public let status: ExitStatus
  /// What was wrong, where, and what to do.
  public let description: String

  /// An error.
  public init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }
}
