/// Why no installer can be made of what is there.
public struct InstallerError: Error, Equatable, CustomStringConvertible, Sendable {
  /// What is wrong, where, and what to do.
  public let description: String

  /// An error with what the person who builds is told.
  public init(_ description: String) { self.description = description }
}
