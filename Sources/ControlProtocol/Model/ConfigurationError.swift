/// Why a request was refused. The raw value is the error number of Linux that the control socket reports.
@frozen
public enum ConfigurationError: UInt8, Error, BitwiseCopyable, Sendable {
  /// EIO: a line without end, or the interface is gone.
  case inputOutput = 5
  /// ENOMEM: the host has no storage for it.
  case noStorage = 12
  /// EINVAL: an unknown key, a value that does not fit, a line out of place, too many peers.
  case invalidValue = 22
  /// ENOANO: anything else.
  case unknown = 55
  /// EPROTO: a line that is not `key=value`.
  case malformedLine = 71
  /// EADDRINUSE: the port or the mark could not be applied.
  case addressInUse = 98
}
