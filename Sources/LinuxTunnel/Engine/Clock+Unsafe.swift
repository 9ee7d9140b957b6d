internal import Glibc
public import Timeline

/// How much faster the machine's time goes than this computer's: 1, but in the soak test, whose sessions must end sooner.
#if FastClock
private let haste: UInt64 = 20
#else
private let haste: UInt64 = 1
#endif

extension Instant {
  /// The instant on this computer's boot-time clock, in nanoseconds: when a timer must expire for it.
  var bootNanoseconds: UInt64 { (nanoseconds &+ (haste &- 1)) / haste }
}

extension Now {
  /// Both clocks of this machine, as they are. Ages run on the boot-time clock, which goes on during suspend.
  public static func read() -> Now {
    var boot = timespec()
    var wall = timespec()
    // SAFETY: both structures outlive the calls.
    _ = unsafe clock_gettime(CLOCK_BOOTTIME, &boot)
    _ = unsafe clock_gettime(CLOCK_REALTIME, &wall)
    return Now(
      instant: Instant(nanoseconds: (UInt64(boot.tv_sec) &* 1_000_000_000 &+ UInt64(boot.tv_nsec)) &* haste),
      wall: WallTime(seconds: UInt64(max(0, wall.tv_sec)), nanoseconds: UInt32(wall.tv_nsec)))
  }
}
