// Timers and DPCs: when, in which order, and at which level.
#include "selftest.h"

static LONG order[8];
static volatile LONG count;
static KEVENT done;

static VOID NTAPI note(PKDPC dpc, PVOID context, PVOID first, PVOID second) {
  UNREFERENCED_PARAMETER(dpc);
  UNREFERENCED_PARAMETER(first);
  UNREFERENCED_PARAMETER(second);
  CHECK(KeGetCurrentIrql() == DISPATCH_LEVEL);
  LONG place = InterlockedIncrement(&count) - 1;
  if (place < 8) order[place] = (LONG)(ULONG_PTR)context;
  KeSetEvent(&done, 0, FALSE);
}

// Of one processor they run in the order in which they were queued, after the level is low again.
static void check_order(void) {
  KDPC dpcs[4];
  count = 0;
  KIRQL before = KeRaiseIrqlToDpcLevel();
  CCHAR processor = (CCHAR)KeGetCurrentProcessorNumberEx(NULL);
  for (LONG i = 0; i < 4; i++) {
    KeInitializeDpc(&dpcs[i], note, (PVOID)(ULONG_PTR)i);
    KeSetTargetProcessorDpc(&dpcs[i], processor);
    CHECK(KeInsertQueueDpc(&dpcs[i], NULL, NULL) && !KeInsertQueueDpc(&dpcs[i], NULL, NULL));
  }
  CHECK(KeRemoveQueueDpc(&dpcs[1]) && !KeRemoveQueueDpc(&dpcs[1]) && count == 0);
  KeLowerIrql(before);
  KeFlushQueuedDpcs();
  CHECK(count == 3 && order[0] == 0 && order[1] == 2 && order[2] == 3);
}

static void check_timers(void) {
  KTIMER timer;
  KDPC dpc;
  KeInitializeTimerEx(&timer, SynchronizationTimer);
  KeInitializeDpc(&dpc, note, NULL);
  count = 0;
  ULONG64 counter, before = KeQueryInterruptTimePrecise(&counter);
  CHECK(!KeSetTimer(&timer, after_ms(20), NULL) && KeSetTimer(&timer, after_ms(30), NULL));
  CHECK(wait_ms(&timer, 5000) == STATUS_SUCCESS && KeQueryInterruptTimePrecise(&counter) - before >= 300000);
  CHECK(wait_ms(&timer, 0) == STATUS_TIMEOUT && !KeCancelTimer(&timer));
  KeClearEvent(&done);
  KeSetTimer(&timer, after_ms(1000), &dpc);
  CHECK(KeCancelTimer(&timer) && wait_ms(&done, 30) == STATUS_TIMEOUT && count == 0);
  // Periodic, until it is cancelled.
  KeSetTimerEx(&timer, after_ms(5), 5, &dpc);
  while (count < 3) CHECK(wait_ms(&done, 5000) == STATUS_SUCCESS);
  CHECK(KeCancelTimer(&timer));
  KeFlushQueuedDpcs();
}

static void act(void) {
  KeInitializeEvent(&done, SynchronizationEvent, FALSE);
  check_order();
  check_timers();
}
