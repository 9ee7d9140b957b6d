/// Why a driver package cannot be made of what is there.
public struct PackageError: Error, Equatable, CustomStringConvertible, Sendable {
  /// What is wrong, and where.
  public let description: String

  init(_ description: String) { self.description = description }
}
