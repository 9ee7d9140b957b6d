// The watchdog of DPCs: it looks at the processors now and then, and ends the process when one has been held through
// too much of its holder's own time. A machine that is busy with other things does not count against a driver.
#include <emulation.h>

#define LOOK_NS 50000000ull
#define LIMIT_NS 400000000ull

static struct {
  /// One more each time the processor is taken or given up, or begins with another DPC; odd while it is held.
  uint64_t turn;
  int64_t clock;
  // what the watchdog saw last
  uint64_t seen_turn, seen_time_ns;
} processors[EMUL_PROCESSORS];

void emul_watch_begin(uint32_t processor) {
  __atomic_store_n(&processors[processor].clock, emul_self()->clock, __ATOMIC_RELAXED);
  __atomic_add_fetch(&processors[processor].turn, 1, __ATOMIC_RELEASE);
}

void emul_watch_end(uint32_t processor) { __atomic_add_fetch(&processors[processor].turn, 1, __ATOMIC_RELEASE); }

static VOID NTAPI watch(PVOID unused) {
  (void)unused;
  for (uint32_t never = 0;;) {
    platform_futex_wait(&never, 0, platform_boot_time_ns() + LOOK_NS);
    for (uint32_t i = 0; i < EMUL_PROCESSORS; i++) {
      uint64_t turn = __atomic_load_n(&processors[i].turn, __ATOMIC_ACQUIRE);
      if (!(turn & 1)) continue;
      uint64_t time = platform_thread_time_ns(__atomic_load_n(&processors[i].clock, __ATOMIC_RELAXED));
      if (turn != __atomic_load_n(&processors[i].turn, __ATOMIC_ACQUIRE)) continue;
      if (turn != processors[i].seen_turn) {
        processors[i].seen_turn = turn;
        processors[i].seen_time_ns = time;
      } else if (time > processors[i].seen_time_ns + LIMIT_NS) {
        emul_fail("dpc-watchdog: processor %u held for more than %llu ms", i, LIMIT_NS / 1000000);
      }
    }
  }
}

void emul_watch_start(void) { emul_thread_start(watch, NULL); }
