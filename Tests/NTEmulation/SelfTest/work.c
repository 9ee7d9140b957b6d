// Work items, lookaside lists, rundown protection and the executive's spin locks.
#include "selftest.h"

KIRQL NTAPI ExAcquireSpinLockShared(volatile LONG *lock);
VOID NTAPI ExReleaseSpinLockShared(volatile LONG *lock, KIRQL irql);
KIRQL NTAPI ExAcquireSpinLockExclusive(volatile LONG *lock);
VOID NTAPI ExReleaseSpinLockExclusive(volatile LONG *lock, KIRQL irql);

static KEVENT done;
static EX_RUNDOWN_REF rundown;

static VOID NTAPI run(PVOID expected) {
  CHECK(expected == &done && KeGetCurrentIrql() == PASSIVE_LEVEL);
  KeSetEvent(&done, 0, FALSE);
}

static VOID NTAPI run_down(PVOID unused) {
  UNREFERENCED_PARAMETER(unused);
  ExWaitForRundownProtectionRelease(&rundown);
}

static void check_work(void) {
  WORK_QUEUE_ITEM item;
  KeInitializeEvent(&done, SynchronizationEvent, FALSE);
  ExInitializeWorkItem(&item, run, &done);
  ExQueueWorkItem(&item, DelayedWorkQueue);
  CHECK(wait_ms(&done, 5000) == STATUS_SUCCESS);
}

static void check_lookaside(void) {
  static NPAGED_LOOKASIDE_LIST list;
  ExInitializeNPagedLookasideList(&list, NULL, NULL, 0, 100, TAG, 0);
  PVOID first = ExAllocateFromNPagedLookasideList(&list), second = ExAllocateFromNPagedLookasideList(&list);
  CHECK(first != NULL && second != NULL && first != second && (ULONG_PTR)first % 16 == 0);
  RtlFillMemory(first, 100, 1);
  ExFreeToNPagedLookasideList(&list, first);
  ExFreeToNPagedLookasideList(&list, second);
  ExDeleteNPagedLookasideList(&list);
}

static void check_rundown(void) {
  ExInitializeRundownProtection(&rundown);
  CHECK(ExAcquireRundownProtection(&rundown) && ExAcquireRundownProtection(&rundown));
  PVOID thread = start(run_down, NULL);
  CHECK(wait_ms(thread, 20) == STATUS_TIMEOUT && !ExAcquireRundownProtection(&rundown));
  ExReleaseRundownProtection(&rundown);
  CHECK(wait_ms(thread, 20) == STATUS_TIMEOUT);
  ExReleaseRundownProtection(&rundown);
  join(thread);
  CHECK(!ExAcquireRundownProtection(&rundown));
  ExReInitializeRundownProtection(&rundown);
  CHECK(ExAcquireRundownProtection(&rundown));
  ExReleaseRundownProtection(&rundown);
}

static void check_spin_locks(void) {
  LONG lock = 0;
  KIRQL first = ExAcquireSpinLockShared(&lock), second = ExAcquireSpinLockShared(&lock);
  CHECK(first == PASSIVE_LEVEL && second == DISPATCH_LEVEL);
  ExReleaseSpinLockShared(&lock, second);
  ExReleaseSpinLockShared(&lock, first);
  KIRQL before = ExAcquireSpinLockExclusive(&lock);
  CHECK(before == PASSIVE_LEVEL && KeGetCurrentIrql() == DISPATCH_LEVEL);
  ExReleaseSpinLockExclusive(&lock, before);
  CHECK(lock == 0 && KeGetCurrentIrql() == PASSIVE_LEVEL);
}

static void act(void) {
  check_work();
  check_lookaside();
  check_rundown();
  check_spin_locks();
}
