// Clocks. Interrupt time counts through suspend, as Windows' does; the unbiased one is the same here, where nothing
// suspends.
#include <emulation.h>

#undef KeQueryInterruptTime
#undef KeQuerySystemTime
#undef KeQueryTickCount

ULONGLONG NTAPI KeQueryInterruptTime(VOID) { return platform_boot_time_ns() / 100; }

ULONGLONG NTAPI KeQueryInterruptTimePrecise(PULONG64 counter) {
  uint64_t time = platform_boot_time_ns() / 100;
  *counter = time;
  return time;
}

ULONGLONG NTAPI KeQueryUnbiasedInterruptTime(VOID) { return platform_boot_time_ns() / 100; }

VOID NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER time) { time->QuadPart = (LONGLONG)platform_wall_time_100ns(); }

VOID NTAPI KeQuerySystemTime(PLARGE_INTEGER time) { time->QuadPart = (LONGLONG)platform_wall_time_100ns(); }

LARGE_INTEGER NTAPI KeQueryPerformanceCounter(PLARGE_INTEGER frequency) {
  if (frequency != NULL) frequency->QuadPart = 10000000;
  LARGE_INTEGER counter = {.QuadPart = (LONGLONG)(platform_boot_time_ns() / 100)};
  return counter;
}

ULONG NTAPI KeQueryTimeIncrement(VOID) { return 156250; }

VOID NTAPI KeStallExecutionProcessor(ULONG microseconds) {
  // Whose time is virtual must wait for it to pass.
  uint64_t until = platform_boot_time_ns() + microseconds * 1000ull;
  uint32_t word = 0;
  while (platform_futex_wait(&word, 0, until)) continue;
}
