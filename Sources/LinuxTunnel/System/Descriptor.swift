internal import Glibc

/// A file descriptor that is closed when its owner ends.
public struct Descriptor: ~Copyable, Sendable {
  /// The number the kernel knows it by.
  public let number: CInt

  /// Takes over the open descriptor `number`.
  public init(owning number: CInt) {
    self.number = number
  }

  deinit {
    _ = close(number)
  }
}
