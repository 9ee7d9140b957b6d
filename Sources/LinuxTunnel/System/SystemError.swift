internal import Glibc

/// A call to the operating system that failed.
///
/// The one error of this module that is more than a case: its only reader is a person, who needs the reason too.
public struct SystemError: Error, Equatable, Sendable {
  /// What was tried.
  public enum Operation: UInt8, Sendable {
    case openTun
    case inspectTun
    case adoptTun
    case configureTun
    case readMTU
    case setMTU
    case allocateMemory
    case openSocket
    case bindSocket
    case markSocket
    case openNetlink
    case openControlSocket
    case adoptControlSocket
    case openWaitSet
    case detach
    case dropPrivileges
  }

  /// What was tried.
  public let operation: Operation
  /// The error number.
  public let number: CInt

  /// The failure of `operation` with this error number.
  public init(_ operation: Operation, number: CInt) {
    self.operation = operation
    self.number = number
  }

  /// Passes on the result of a shim call, or throws when it is a negated error number.
  @discardableResult
  static func check(_ result: CInt, _ operation: Operation) throws(SystemError) -> CInt {
    if result < 0 { throw SystemError(operation, number: -result) }
    return result
  }
}
