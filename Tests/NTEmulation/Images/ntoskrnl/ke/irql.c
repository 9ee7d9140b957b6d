// The IRQL of a thread, and processors. A thread at DISPATCH_LEVEL holds a processor of its affinity, so that what a
// driver protects by raising alone is protected here as well. Threads below DISPATCH_LEVEL run as Linux likes.
#include <emulation.h>

static struct emul_mutex processors[EMUL_PROCESSORS];

static void enter_processor(struct emul_thread *thread) {
  uint32_t preferred = thread->region.processor;
  for (uint32_t i = 0; i < EMUL_PROCESSORS; i++) {
    uint32_t candidate = (preferred + i) % EMUL_PROCESSORS;
    if (!(thread->affinity >> candidate & 1) || !emul_mutex_try(&processors[candidate])) continue;
    thread->region.processor = candidate;
    emul_watch_begin(candidate);
    return;
  }
  while (!(thread->affinity >> preferred & 1)) preferred = (preferred + 1) % EMUL_PROCESSORS;
  emul_mutex_lock(&processors[preferred]);
  thread->region.processor = preferred;
  emul_watch_begin(preferred);
}

void emul_irql_set(KIRQL irql) {
  struct emul_thread *thread = emul_self();
  KIRQL before = thread->region.irql;
  if (irql > HIGH_LEVEL) emul_fail("irql: %u is none", irql);
  if (irql >= DISPATCH_LEVEL && before < DISPATCH_LEVEL) enter_processor(thread);
  if (irql < DISPATCH_LEVEL && before >= DISPATCH_LEVEL) {
    if (thread->spin_lock_count != 0)
      emul_fail("spin-lock-held: IRQL lowered to %u with %u spin locks held", irql, thread->spin_lock_count);
    thread->region.irql = irql;
    emul_watch_end(thread->region.processor);
    emul_mutex_unlock(&processors[thread->region.processor]);
    platform_point();
    return;
  }
  thread->region.irql = irql;
}

KIRQL NTAPI KeRaiseIrqlToDpcLevel(VOID) {
  KIRQL before = emul_irql();
  if (before > DISPATCH_LEVEL) emul_fail("irql: KeRaiseIrqlToDpcLevel at %u", before);
  emul_irql_set(DISPATCH_LEVEL);
  return before;
}

VOID NTAPI KeEnterCriticalRegion(VOID) {
  IRQL_AT_MOST(APC_LEVEL);
  emul_self()->critical_depth++;
}

VOID NTAPI KeLeaveCriticalRegion(VOID) {
  IRQL_AT_MOST(APC_LEVEL);
  if (emul_self()->critical_depth-- == 0)
    emul_fail("critical-region: KeLeaveCriticalRegion without KeEnterCriticalRegion");
}

BOOLEAN NTAPI KeAreApcsDisabled(VOID) { return emul_self()->critical_depth != 0; }
