internal import Glibc
public import Rollout
public import RolloutMetadata

/// The machine's clocks: the one place where they are read.
public enum Clocks {
  /// Now, by both clocks.
  public static var reading: Reading {
    Reading(boot: UInt64(max(0, seconds(CLOCK_BOOTTIME))), wall: Int64(seconds(CLOCK_REALTIME)))
  }

  /// Now, by the clock of the wall.
  public static var now: UTCTime { UTCTime(seconds: reading.wall) }

  private static func seconds(_ clock: clockid_t) -> Int {
    var time = timespec()
    // SAFETY: the structure is ours.
    unsafe clock_gettime(clock, &time)
    return time.tv_sec
  }
}
