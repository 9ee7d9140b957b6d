internal import Glibc
public import Timeline

extension Now {
  /// Both clocks of this machine, as they are. Ages run on the boot-time clock, which goes on during suspend.
  public static func read() -> Now {
    var boot = timespec()
    var wall = timespec()
    // SAFETY: both structures outlive the calls.
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &boot)
    _ = unsafe clock_gettime(CLOCK_REALTIME, &wall)
    return Now(
      instant: Instant(nanoseconds: UInt64(boot.tv_sec) &* 1_000_000_000 &+ UInt64(boot.tv_nsec)),
      wall: WallTime(seconds: UInt64(max(0, wall.tv_sec)), nanoseconds: UInt32(wall.tv_nsec)))
  }
}
