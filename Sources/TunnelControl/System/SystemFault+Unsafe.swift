import Glibc

/// The tunnels of this machine, from the outside: their control sockets and the kernel's netlink, names and ports, keys in
/// files.
///
/// What is asked and answered means nothing here; TunnelReport, TunnelNetlink and ToolInput know.

/// The system refused something: an error number.
public struct SystemFault: Error, Equatable, Sendable {
  /// The number.
  public let number: Int32

  /// A fault.
  public init(_ number: Int32) { self.number = number }

  /// The system's words for it.
  public var words: String {
    // SAFETY: strerror returns a terminated string; only one thread of a command line's program calls it.
    unsafe String(cString: strerror(number))
  }

  /// Whether what was named is not there.
  public var isAbsence: Bool { number == ENOENT }

  static let malformed = SystemFault(EPROTO)
}
