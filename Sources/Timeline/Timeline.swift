public import Octets

/// Instants, intervals and the two clocks the protocol needs. Nothing here reads a clock: time is an argument.

/// A length of time in nanoseconds; never negative.
@frozen
public struct Interval: BitwiseCopyable, Sendable, Comparable {
  /// The length in nanoseconds.
  public let nanoseconds: UInt64

  /// `value` nanoseconds.
  @inlinable
  public static func nanoseconds(_ value: UInt64) -> Interval { Interval(exactly: value) }
  /// `value` milliseconds.
  @inlinable
  public static func milliseconds(_ value: UInt64) -> Interval { Interval(exactly: value * 1_000_000) }
  /// `value` seconds.
  @inlinable
  public static func seconds(_ value: UInt64) -> Interval { Interval(exactly: value * 1_000_000_000) }

  @inlinable
  init(exactly nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Order by length.
  @inlinable
  public static func < (left: Interval, right: Interval) -> Bool { left.nanoseconds < right.nanoseconds }
  /// The sum, saturating.
  @inlinable
  public static func + (left: Interval, right: Interval) -> Interval {
    let (sum, overflow) = left.nanoseconds.addingReportingOverflow(right.nanoseconds)
    return Interval(exactly: overflow ? .max : sum)
  }
}

/// A reading of the boot-time clock, which never goes back and runs during suspend. Nanoseconds since its start.
@frozen
public struct Instant: BitwiseCopyable, Sendable, Comparable {
  /// Nanoseconds since the clock's start.
  public let nanoseconds: UInt64

  /// The instant `nanoseconds` after the clock's start.
  @inlinable
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  /// Later than every reading.
  @inlinable
  public static var distantFuture: Instant { Instant(nanoseconds: .max) }

  /// Order in time.
  @inlinable
  public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
  /// The later instant, saturating at the distant future.
  @inlinable
  public static func + (instant: Instant, interval: Interval) -> Instant {
    let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(interval.nanoseconds)
    return Instant(nanoseconds: overflow ? .max : sum)
  }
  /// How long after `earlier` this instant is; zero when it is not later.
  @inlinable
  public func since(_ earlier: Instant) -> Interval {
    .nanoseconds(nanoseconds > earlier.nanoseconds ? nanoseconds &- earlier.nanoseconds : 0)
  }
}

/// A reading of the wall clock. May jump either way; used for handshake timestamps and for display only.
@frozen
public struct WallTime: BitwiseCopyable, Sendable, Equatable {
  /// Seconds since 1970-01-01 00:00 UTC.
  public let seconds: UInt64
  /// Nanoseconds within the second, below 1,000,000,000.
  public let nanoseconds: UInt32

  /// A wall-clock time; zero means "never" where a time is reported.
  @inlinable
  public init(seconds: UInt64, nanoseconds: UInt32) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }
}

/// Both clocks, read together by the host.
@frozen
public struct Now: BitwiseCopyable, Sendable {
  /// The boot-time clock: ages, limits, timers.
  public let instant: Instant
  /// The wall clock: handshake timestamps, last-handshake display.
  public let wall: WallTime

  /// One reading of both clocks.
  @inlinable
  public init(instant: Instant, wall: WallTime) {
    self.instant = instant
    self.wall = wall
  }
}

/// A TAI64N timestamp as an initiation carries it: big-endian, compared bytewise.
public typealias Timestamp = FixedOctets<12>

extension WallTime {
  /// 2^62 + 10: the TAI64 label of 1970 (TAI64N specification). The 10 seconds are fixed; leap seconds are ignored.
  @usableFromInline static let taiBase: UInt64 = (1 << 62) + 10
  /// The nanosecond field is rounded down to a multiple of 2^24 ns, so that fine clock readings do not leak; the
  /// granularity stays below the 20 ms between accepted initiations.
  @usableFromInline static let whiteningMask: UInt32 = ~0x00ff_ffff

  /// The smallest step between two different handshake timestamps: 2^24 ns.
  public static var timestampGranularity: Interval { .nanoseconds(1 &<< 24) }

  /// The time `interval` later.
  public func later(by interval: Interval) -> WallTime {
    let total = UInt64(nanoseconds) &+ interval.nanoseconds % 1_000_000_000
    let carry = total >= 1_000_000_000 ? 1 : 0 as UInt64
    return WallTime(
      seconds: seconds &+ interval.nanoseconds / 1_000_000_000 &+ carry,
      nanoseconds: UInt32(truncatingIfNeeded: total &- carry &* 1_000_000_000))
  }

  /// The handshake timestamp for this time, whitened to 2^24 ns.
  public var timestamp: Timestamp {
    var stamp = Timestamp()
    let label = Self.taiBase &+ seconds
    let fraction = nanoseconds & Self.whiteningMask
    for i in 0..<8 { stamp[i] = UInt8(truncatingIfNeeded: label &>> UInt64(56 - 8 * i)) }
    for i in 0..<4 { stamp[8 + i] = UInt8(truncatingIfNeeded: fraction &>> UInt32(24 - 8 * i)) }
    return stamp
  }
}
