// Fast mutexes and push locks. A push lock's word: bit 0 is a writer, the rest counts readers in twos; who waits for it
// yields, for these locks are held for microseconds.
#include <emulation.h>

VOID FASTCALL ExAcquireFastMutexUnsafe(PFAST_MUTEX mutex) {
  IRQL_AT_MOST(APC_LEVEL);
  if (mutex->Owner == (PKTHREAD)emul_self())
    emul_fail("mutex-recursion: fast mutex %p acquired twice by one thread", (void *)mutex);
  platform_point();
  if (__atomic_sub_fetch(&mutex->Count, 1, __ATOMIC_ACQUIRE) != 0) {
    mutex->Contention++;
    KeWaitForSingleObject(&mutex->Event, WrFastMutex, KernelMode, FALSE, NULL);
  }
  mutex->Owner = (PKTHREAD)emul_self();
  emul_self()->mutex_count++;
}

VOID FASTCALL ExReleaseFastMutexUnsafe(PFAST_MUTEX mutex) {
  if (mutex->Owner != (PKTHREAD)emul_self())
    emul_fail("mutex-release: fast mutex %p released by a thread that does not hold it", (void *)mutex);
  mutex->Owner = NULL;
  emul_self()->mutex_count--;
  if (__atomic_add_fetch(&mutex->Count, 1, __ATOMIC_RELEASE) <= 0) KeSetEvent(&mutex->Event, 0, FALSE);
  platform_point();
}

VOID FASTCALL ExAcquireFastMutex(PFAST_MUTEX mutex) {
  IRQL_AT_MOST(APC_LEVEL);
  KIRQL before = emul_irql();
  emul_irql_set(APC_LEVEL);
  ExAcquireFastMutexUnsafe(mutex);
  mutex->OldIrql = before;
}

VOID FASTCALL ExReleaseFastMutex(PFAST_MUTEX mutex) {
  KIRQL before = (KIRQL)mutex->OldIrql;
  if (emul_irql() != APC_LEVEL) emul_fail("irql: fast mutex released at %u", emul_irql());
  ExReleaseFastMutexUnsafe(mutex);
  emul_irql_set(before);
}

BOOLEAN FASTCALL ExTryToAcquireFastMutex(PFAST_MUTEX mutex) {
  IRQL_AT_MOST(APC_LEVEL);
  LONG free = 1;
  if (!__atomic_compare_exchange_n(&mutex->Count, &free, 0, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return FALSE;
  mutex->OldIrql = emul_irql();
  mutex->Owner = (PKTHREAD)emul_self();
  emul_self()->mutex_count++;
  emul_irql_set(APC_LEVEL);
  return TRUE;
}

static void must_be_critical(const char *what) {
  if (emul_irql() > APC_LEVEL) emul_fail("irql: %s at %u", what, emul_irql());
  if (emul_irql() == PASSIVE_LEVEL && emul_self()->critical_depth == 0)
    emul_fail("critical-region: %s outside a critical region", what);
}

#undef ExInitializePushLock
VOID NTAPI ExInitializePushLock(PEX_PUSH_LOCK lock) { *(ULONG_PTR *)lock = 0; }

VOID FASTCALL ExfAcquirePushLockExclusive(PEX_PUSH_LOCK lock) {
  must_be_critical("push lock acquired");
  ULONG_PTR free = 0;
  while (!__atomic_compare_exchange_n((ULONG_PTR *)lock, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    free = 0;
    platform_yield();
  }
}

VOID FASTCALL ExfReleasePushLockExclusive(PEX_PUSH_LOCK lock) {
  if (__atomic_exchange_n((ULONG_PTR *)lock, 0, __ATOMIC_RELEASE) != 1)
    emul_fail("push-lock-release: push lock %p not held", (void *)lock);
}

VOID FASTCALL ExfAcquirePushLockShared(PEX_PUSH_LOCK lock) {
  must_be_critical("push lock shared");
  ULONG_PTR value = __atomic_load_n((ULONG_PTR *)lock, __ATOMIC_RELAXED);
  for (;;) {
    if (!(value & 1) &&
        __atomic_compare_exchange_n((ULONG_PTR *)lock, &value, value + 2, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return;
    platform_yield();
    value = __atomic_load_n((ULONG_PTR *)lock, __ATOMIC_RELAXED);
  }
}

VOID FASTCALL ExfReleasePushLockShared(PEX_PUSH_LOCK lock) {
  ULONG_PTR before = __atomic_fetch_sub((ULONG_PTR *)lock, 2, __ATOMIC_RELEASE);
  if (before < 2 || before & 1) emul_fail("push-lock-release: push lock %p not shared", (void *)lock);
}

VOID FASTCALL ExfReleasePushLock(PEX_PUSH_LOCK lock) {
  if (*(ULONG_PTR *)lock & 1)
    ExfReleasePushLockExclusive(lock);
  else
    ExfReleasePushLockShared(lock);
}

VOID NTAPI ExAcquirePushLockExclusiveEx(PEX_PUSH_LOCK lock, ULONG flags) {
  (void)flags;
  ExfAcquirePushLockExclusive(lock);
}

VOID NTAPI ExReleasePushLockExclusiveEx(PEX_PUSH_LOCK lock, ULONG flags) {
  (void)flags;
  ExfReleasePushLockExclusive(lock);
}

VOID NTAPI ExAcquirePushLockSharedEx(PEX_PUSH_LOCK lock, ULONG flags) {
  (void)flags;
  ExfAcquirePushLockShared(lock);
}

VOID NTAPI ExReleasePushLockSharedEx(PEX_PUSH_LOCK lock, ULONG flags) {
  (void)flags;
  ExfReleasePushLockShared(lock);
}
