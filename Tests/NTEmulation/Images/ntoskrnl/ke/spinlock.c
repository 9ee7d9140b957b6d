// Spin locks: plain, in-stack queued, and the reader-writer ones of the executive. The lock word of a plain lock holds
// its owner, so recursion and release by another thread are found.
#include <emulation.h>

// Not KeRaiseIrqlToDpcLevel, which the headers make a write to cr8: here it would be a fault each time.
static KIRQL raise(void) {
  KIRQL before = emul_irql();
  if (before > DISPATCH_LEVEL) emul_fail("irql: a spin lock acquired at %u", before);
  emul_irql_set(DISPATCH_LEVEL);
  return before;
}

static void spin(unsigned *turns) {
  // The owner may be off the processor: Linux preempts at any IRQL.
  if (++*turns % 64 == 0)
    platform_yield();
  else
    __builtin_ia32_pause();
}

static void acquire(PKSPIN_LOCK lock) {
  struct emul_thread *self = emul_self();
  if (self->region.irql < DISPATCH_LEVEL) emul_fail("irql: spin lock taken at %u", self->region.irql);
  platform_point();
  unsigned turns = 0;
  for (;;) {
    KSPIN_LOCK owner = 0;
    if (__atomic_compare_exchange_n(lock, &owner, (KSPIN_LOCK)self, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) break;
    if (owner == (KSPIN_LOCK)self)
      emul_fail("spin-lock-recursion: spin lock %p taken twice by one thread", (void *)lock);
    spin(&turns);
  }
  self->spin_lock_count++;
}

static void release(PKSPIN_LOCK lock) {
  struct emul_thread *self = emul_self();
  if (__atomic_load_n(lock, __ATOMIC_RELAXED) != (KSPIN_LOCK)self)
    emul_fail("spin-lock-release: spin lock %p released by a thread that does not hold it", (void *)lock);
  if (self->region.irql < DISPATCH_LEVEL) emul_fail("irql: spin lock released at %u", self->region.irql);
  self->spin_lock_count--;
  __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
  platform_point();
}

#undef KeInitializeSpinLock
VOID NTAPI KeInitializeSpinLock(PKSPIN_LOCK lock) { *lock = 0; }

KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK lock) {
  KIRQL before = raise();
  acquire(lock);
  return before;
}

VOID NTAPI KeReleaseSpinLock(PKSPIN_LOCK lock, KIRQL irql) {
  release(lock);
  emul_irql_set(irql);
}

VOID NTAPI KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock) { acquire(lock); }

VOID NTAPI KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK lock) { release(lock); }

BOOLEAN FASTCALL KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK lock) {
  struct emul_thread *self = emul_self();
  IRQL_AT_MOST(DISPATCH_LEVEL);
  if (self->region.irql < DISPATCH_LEVEL) emul_fail("irql: KeTryToAcquireSpinLockAtDpcLevel at %u", self->region.irql);
  KSPIN_LOCK owner = 0;
  if (!__atomic_compare_exchange_n(lock, &owner, (KSPIN_LOCK)self, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return FALSE;
  self->spin_lock_count++;
  return TRUE;
}

VOID FASTCALL KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle) {
  handle->LockQueue.Lock = lock;
  handle->OldIrql = KeAcquireSpinLockRaiseToDpc(lock);
}

VOID FASTCALL KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE handle) {
  KeReleaseSpinLock((PKSPIN_LOCK)handle->LockQueue.Lock, handle->OldIrql);
}

VOID FASTCALL KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK lock, PKLOCK_QUEUE_HANDLE handle) {
  handle->LockQueue.Lock = lock;
  acquire(lock);
}

VOID FASTCALL KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE handle) {
  release((PKSPIN_LOCK)handle->LockQueue.Lock);
}

#define WRITER INT32_MIN

KIRQL NTAPI ExAcquireSpinLockExclusive(volatile LONG *lock) {
  KIRQL before = raise();
  unsigned turns = 0;
  LONG none = 0;
  while (!__atomic_compare_exchange_n(lock, &none, WRITER, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
    none = 0;
    spin(&turns);
  }
  emul_self()->spin_lock_count++;
  return before;
}

VOID NTAPI ExReleaseSpinLockExclusive(volatile LONG *lock, KIRQL irql) {
  if (__atomic_exchange_n(lock, 0, __ATOMIC_RELEASE) != WRITER)
    emul_fail("spin-lock-release: executive spin lock %p not held", (void *)lock);
  emul_self()->spin_lock_count--;
  emul_irql_set(irql);
}

KIRQL NTAPI ExAcquireSpinLockShared(volatile LONG *lock) {
  KIRQL before = raise();
  unsigned turns = 0;
  for (;;) {
    LONG readers = __atomic_load_n(lock, __ATOMIC_RELAXED);
    if (readers >= 0 && __atomic_compare_exchange_n(lock, &readers, readers + 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      break;
    spin(&turns);
  }
  emul_self()->spin_lock_count++;
  return before;
}

VOID NTAPI ExReleaseSpinLockShared(volatile LONG *lock, KIRQL irql) {
  if (__atomic_fetch_sub(lock, 1, __ATOMIC_RELEASE) <= 0)
    emul_fail("spin-lock-release: executive spin lock %p not shared", (void *)lock);
  emul_self()->spin_lock_count--;
  emul_irql_set(irql);
}
