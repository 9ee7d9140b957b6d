/// How long a transfer may take.
public struct TransferLimits: Equatable, Sendable {
  /// Until somebody has answered, with TLS, in milliseconds.
  public var connect: Int64
  /// Without a byte, in milliseconds.
  public var idle: Int64
  /// For any file whatever its length, in milliseconds.
  public var base: Int64
  /// Bytes a second that are the least: what a file of a known length may take besides.
  public var leastRate: Int64
  /// Redirects for one file.
  public var redirects: Int

  /// Ten seconds to connect, twenty without a byte, thirty for a file and a second more for each 16 KiB of it.
  public init(
    connect: Int64 = 10_000, idle: Int64 = 20_000, base: Int64 = 30_000, leastRate: Int64 = 16_384, redirects: Int = 4
  ) {
    self.connect = connect
    self.idle = idle
    self.base = base
    self.leastRate = leastRate
    self.redirects = redirects
  }

  /// The milliseconds that a file of so many bytes may take as a whole: one that drips in is given up.
  public func whole(_ bytes: UInt64) -> Int64 {
    base + Int64(clamping: min(bytes, 1 << 40) * 1000 / UInt64(max(1, leastRate)))
  }
}
