/// The NTSTATUS values of the contract.
@frozen
public enum Status: UInt32, Error, BitwiseCopyable, Sendable {
  /// Done.
  case success = 0
  /// The interface was in that state already; counts as success.
  case alreadyComplete = 0x0000_00ff
  /// The request waits: no log line yet.
  case pending = 0x0000_0103
  /// The answer is longer than the buffer, which holds the start of it. A warning.
  case bufferOverflow = 0x8000_0005
  /// A protocol version that is not there.
  case notImplemented = 0xc000_0002
  /// A length, count, flag or value is wrong.
  case invalidParameter = 0xc000_000d
  /// The caller may not do that.
  case accessDenied = 0xc000_0022
  /// The buffer for a log line is too small.
  case bufferTooSmall = 0xc000_0023
  /// The configuration has 4 GiB or more.
  case sectionTooBig = 0xc000_0040
  /// No memory.
  case insufficientResources = 0xc000_009a
  /// No route.
  case badNetworkPath = 0xc000_00be
  /// The wait for a log line was interrupted.
  case cancelled = 0xc000_0120
  /// The UDP port is in use.
  case addressAlreadyExists = 0xc000_020a
  /// The interface has its most peers.
  case tooManyNodes = 0xc000_020e
  /// No socket of that address family.
  case networkUnreachable = 0xc000_023c
  /// The adapter is gone or going.
  case adapterRemoved = 0xc001_0018

  /// Whether the I/O manager passes results back: success and informational values.
  public var isSuccess: Bool { rawValue &>> 30 == 0 }
}
