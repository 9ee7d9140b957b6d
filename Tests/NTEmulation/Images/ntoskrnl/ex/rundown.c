// Rundown protection. The word counts in twos; its low bit says that a waiter has come, and the rest is then the
// waiter's block. The cache-aware form is a plain one in memory of its own.
#include <emulation.h>

#define WAITED 1ull

struct waiter {
  uint64_t count;
  KEVENT gone;
};

VOID FASTCALL ExInitializeRundownProtection(PEX_RUNDOWN_REF reference) { reference->Count = 0; }

VOID FASTCALL ExReInitializeRundownProtection(PEX_RUNDOWN_REF reference) {
  if (reference->Count != WAITED)
    emul_fail("rundown: rundown protection %p made again before it was run down", (void *)reference);
  __atomic_store_n(&reference->Count, 0, __ATOMIC_RELEASE);
}

BOOLEAN FASTCALL ExAcquireRundownProtectionEx(PEX_RUNDOWN_REF reference, ULONG times) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  platform_point();
  ULONG_PTR value = __atomic_load_n(&reference->Count, __ATOMIC_RELAXED);
  do {
    if (value & WAITED) return FALSE;
  } while (!__atomic_compare_exchange_n(
      &reference->Count, &value, value + 2ull * times, 1, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
  return TRUE;
}

BOOLEAN FASTCALL ExAcquireRundownProtection(PEX_RUNDOWN_REF reference) {
  return ExAcquireRundownProtectionEx(reference, 1);
}

VOID FASTCALL ExReleaseRundownProtectionEx(PEX_RUNDOWN_REF reference, ULONG times) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  platform_point();
  ULONG_PTR value = __atomic_load_n(&reference->Count, __ATOMIC_RELAXED);
  while (!(value & WAITED)) {
    if (value < 2ull * times)
      emul_fail("rundown: rundown protection %p released more often than acquired", (void *)reference);
    if (__atomic_compare_exchange_n(
            &reference->Count, &value, value - 2ull * times, 1, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
      return;
  }
  struct waiter *waiter = (struct waiter *)(value & ~WAITED);
  if (waiter == NULL) emul_fail("rundown: rundown protection %p released after it was run down", (void *)reference);
  if (__atomic_sub_fetch(&waiter->count, times, __ATOMIC_ACQ_REL) == 0) KeSetEvent(&waiter->gone, 0, FALSE);
}

VOID FASTCALL ExReleaseRundownProtection(PEX_RUNDOWN_REF reference) { ExReleaseRundownProtectionEx(reference, 1); }

VOID FASTCALL ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF reference) {
  IRQL_AT_MOST(APC_LEVEL);
  struct waiter waiter;
  KeInitializeEvent(&waiter.gone, SynchronizationEvent, FALSE);
  ULONG_PTR value = __atomic_load_n(&reference->Count, __ATOMIC_RELAXED), goal;
  do {
    if (value == WAITED) return;
    if (value & WAITED) emul_fail("rundown: rundown protection %p waited for by two", (void *)reference);
    waiter.count = value >> 1;
    goal = value == 0 ? WAITED : (ULONG_PTR)&waiter | WAITED;
  } while (!__atomic_compare_exchange_n(&reference->Count, &value, goal, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
  if (value == 0) return;
  KeWaitForSingleObject(&waiter.gone, Executive, KernelMode, FALSE, NULL);
  __atomic_store_n(&reference->Count, WAITED, __ATOMIC_RELEASE);
}

VOID FASTCALL ExRundownCompleted(PEX_RUNDOWN_REF reference) {
  __atomic_store_n(&reference->Count, WAITED, __ATOMIC_RELEASE);
}

PEX_RUNDOWN_REF_CACHE_AWARE NTAPI ExAllocateCacheAwareRundownProtection(POOL_TYPE type, ULONG tag) {
  PEX_RUNDOWN_REF reference = ExAllocatePoolWithTag(type, sizeof *reference, tag);
  if (reference != NULL) ExInitializeRundownProtection(reference);
  return (PEX_RUNDOWN_REF_CACHE_AWARE)reference;
}

VOID NTAPI ExFreeCacheAwareRundownProtection(PEX_RUNDOWN_REF_CACHE_AWARE reference) { ExFreePoolWithTag(reference, 0); }

BOOLEAN FASTCALL ExAcquireRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE reference) {
  return ExAcquireRundownProtection((PEX_RUNDOWN_REF)reference);
}

VOID FASTCALL ExReleaseRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE reference) {
  ExReleaseRundownProtection((PEX_RUNDOWN_REF)reference);
}

VOID FASTCALL ExWaitForRundownProtectionReleaseCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE reference) {
  ExWaitForRundownProtectionRelease((PEX_RUNDOWN_REF)reference);
}

VOID FASTCALL ExReInitializeRundownProtectionCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE reference) {
  ExReInitializeRundownProtection((PEX_RUNDOWN_REF)reference);
}

VOID FASTCALL ExRundownCompletedCacheAware(PEX_RUNDOWN_REF_CACHE_AWARE reference) {
  ExRundownCompleted((PEX_RUNDOWN_REF)reference);
}
