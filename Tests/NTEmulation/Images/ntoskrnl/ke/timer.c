// Timers: one thread sleeps until the earliest is due. The tolerance of coalescable timers is not used.
#include <emulation.h>

#define TYPE_NOTIFICATION_TIMER 8

static LIST_ENTRY timers = {&timers, &timers};  // by due time, under the dispatcher's lock
static uint32_t changed;                        // futex word

// DueTime.QuadPart of an inserted timer is its deadline on the boot clock, in ns.
static void insert(PKTIMER timer, uint64_t deadline) {
  LIST_ENTRY *after = timers.Blink;
  while (after != &timers && CONTAINING_RECORD(after, KTIMER, TimerListEntry)->DueTime.QuadPart > deadline)
    after = after->Blink;
  timer->DueTime.QuadPart = deadline;
  timer->Header.Inserted = 1;
  timer->TimerListEntry.Blink = after;
  timer->TimerListEntry.Flink = after->Flink;
  after->Flink->Blink = &timer->TimerListEntry;
  after->Flink = &timer->TimerListEntry;
}

static BOOLEAN remove(PKTIMER timer) {
  if (!timer->Header.Inserted) return FALSE;
  RemoveEntryList(&timer->TimerListEntry);
  timer->Header.Inserted = 0;
  return TRUE;
}

static void expire(PKTIMER timer, uint64_t at) {
  remove(timer);
  timer->Header.SignalState = 1;
  emul_wake_waiters(&timer->Header);
  if (timer->Period != 0) insert(timer, at + timer->Period * 1000000ull);
  if (timer->Dpc != NULL) KeInsertQueueDpc(timer->Dpc, NULL, NULL);
}

static VOID NTAPI run(PVOID unused) {
  (void)unused;
  for (;;) {
    emul_mutex_lock(&emul_dispatcher);
    uint32_t seen = changed;
    uint64_t at = platform_boot_time_ns(), next = EMUL_FOR_EVER;
    while (!IsListEmpty(&timers)) {
      PKTIMER timer = CONTAINING_RECORD(timers.Flink, KTIMER, TimerListEntry);
      next = timer->DueTime.QuadPart;
      if (next > at) break;
      expire(timer, at);
      next = EMUL_FOR_EVER;
    }
    emul_mutex_unlock(&emul_dispatcher);
    platform_futex_wait(&changed, seen, next);
  }
}

void emul_timers_start(void) { emul_thread_start(run, NULL); }

VOID NTAPI KeInitializeTimerEx(PKTIMER timer, TIMER_TYPE type) {
  RtlZeroMemory(timer, sizeof *timer);
  emul_header_initialize(&timer->Header, (UCHAR)(TYPE_NOTIFICATION_TIMER + type), sizeof *timer, 0);
}

VOID NTAPI KeInitializeTimer(PKTIMER timer) { KeInitializeTimerEx(timer, NotificationTimer); }

BOOLEAN NTAPI KeSetTimerEx(PKTIMER timer, LARGE_INTEGER due, LONG period, PKDPC dpc) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  if (timer->Header.WaitListHead.Flink == NULL)
    emul_fail("not-initialized: timer %p was not initialized", (void *)timer);
  uint64_t deadline = emul_deadline_ns(&due);
  emul_mutex_lock(&emul_dispatcher);
  BOOLEAN was_set = remove(timer);
  timer->Header.SignalState = 0;
  timer->Dpc = dpc;
  timer->Period = (ULONG)period;
  insert(timer, deadline);
  changed++;
  emul_mutex_unlock(&emul_dispatcher);
  platform_futex_wake(&changed, 1);
  return was_set;
}

BOOLEAN NTAPI KeSetTimer(PKTIMER timer, LARGE_INTEGER due, PKDPC dpc) { return KeSetTimerEx(timer, due, 0, dpc); }

BOOLEAN NTAPI KeSetCoalescableTimer(PKTIMER timer, LARGE_INTEGER due, ULONG period, ULONG tolerance, PKDPC dpc) {
  (void)tolerance;
  return KeSetTimerEx(timer, due, (LONG)period, dpc);
}

BOOLEAN NTAPI KeCancelTimer(PKTIMER timer) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  emul_mutex_lock(&emul_dispatcher);
  BOOLEAN was_set = remove(timer);
  emul_mutex_unlock(&emul_dispatcher);
  return was_set;
}

BOOLEAN NTAPI KeReadStateTimer(PKTIMER timer) { return timer->Header.SignalState != 0; }

void emul_timers_check_freed(const void *place, size_t length_bytes) {
  emul_mutex_lock(&emul_dispatcher);
  for (LIST_ENTRY *link = timers.Flink; link != &timers; link = link->Flink)
    if ((uintptr_t)link - (uintptr_t)place < length_bytes) emul_fail("timer-freed: one that is set, in %p", place);
  emul_mutex_unlock(&emul_dispatcher);
}

/// The timers that are still set: a driver that is gone must have left none.
__declspec(dllexport) uint32_t EmulTimersSet(void) {
  uint32_t count = 0;
  emul_mutex_lock(&emul_dispatcher);
  for (LIST_ENTRY *link = timers.Flink; link != &timers; link = link->Flink) count++;
  emul_mutex_unlock(&emul_dispatcher);
  return count;
}
