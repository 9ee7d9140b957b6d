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

  /// Errors are equal when they say the same, byte by byte.
  public static func == (left: ClientError, right: ClientError) -> Bool {
    left.status == right.status && left.description.utf8.elementsEqual(right.description.utf8)
  }
}
