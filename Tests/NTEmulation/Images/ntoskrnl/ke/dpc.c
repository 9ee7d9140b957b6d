// DPCs run on a thread for each processor, at DISPATCH_LEVEL, with that processor held. Importance does not change
// their order.
#include <emulation.h>

#define TYPE_DPC 19
/// Number of a DPC with a target: the processor plus this.
#define TARGETED 0x100

static struct queue {
  struct emul_mutex lock;
  LIST_ENTRY entries;
  uint64_t inserted, finished;
  uint32_t work, rest;  // futex words: one more for every insertion, every completion
} queues[EMUL_PROCESSORS];

static void run_one(struct queue *queue, PKDPC dpc) {
  PKDEFERRED_ROUTINE routine = dpc->DeferredRoutine;
  PVOID context = dpc->DeferredContext, first = dpc->SystemArgument1, second = dpc->SystemArgument2;
  __atomic_store_n((void **)&dpc->DpcData, NULL, __ATOMIC_RELEASE);
  emul_mutex_unlock(&queue->lock);
  routine(dpc, context, first, second);
  // The next one has its time to itself.
  emul_watch_end(emul_self()->region.processor);
  emul_watch_begin(emul_self()->region.processor);
  struct emul_thread *self = emul_self();
  if (self->spin_lock_count != 0)
    emul_fail("spin-lock-held: DPC routine %p returned with %u", (void *)routine, self->spin_lock_count);
  if (self->region.irql != DISPATCH_LEVEL)
    emul_fail("irql-return: DPC routine %p returned at %u", (void *)routine, self->region.irql);
  emul_mutex_lock(&queue->lock);
  queue->finished++;
  __atomic_add_fetch(&queue->rest, 1, __ATOMIC_RELEASE);
  platform_futex_wake(&queue->rest, UINT32_MAX);
}

static VOID NTAPI run(PVOID context) {
  struct queue *queue = context;
  struct emul_thread *self = emul_self();
  self->region.processor = (uint32_t)(queue - queues);
  self->affinity = 1ull << self->region.processor;
  for (;;) {
    uint32_t work = __atomic_load_n(&queue->work, __ATOMIC_ACQUIRE);
    emul_irql_set(DISPATCH_LEVEL);
    emul_mutex_lock(&queue->lock);
    while (!IsListEmpty(&queue->entries))
      run_one(queue, CONTAINING_RECORD(RemoveHeadList(&queue->entries), KDPC, DpcListEntry));
    emul_mutex_unlock(&queue->lock);
    emul_irql_set(PASSIVE_LEVEL);
    platform_futex_wait(&queue->work, work, EMUL_FOR_EVER);
  }
}

void emul_dpcs_start(void) {
  for (uint32_t i = 0; i < EMUL_PROCESSORS; i++) {
    InitializeListHead(&queues[i].entries);
    emul_thread_start(run, &queues[i]);
  }
}

VOID NTAPI KeInitializeDpc(PRKDPC dpc, PKDEFERRED_ROUTINE routine, PVOID context) {
  RtlZeroMemory(dpc, sizeof *dpc);
  dpc->Type = TYPE_DPC;
  dpc->Importance = MediumImportance;
  dpc->DeferredRoutine = routine;
  dpc->DeferredContext = context;
}

BOOLEAN NTAPI KeInsertQueueDpc(PRKDPC dpc, PVOID first, PVOID second) {
  if (dpc->Type != TYPE_DPC) emul_fail("not-initialized: DPC %p was not initialized", (void *)dpc);
  uint32_t processor = dpc->Number >= TARGETED ? dpc->Number - TARGETED : emul_self()->region.processor;
  struct queue *queue = &queues[processor];
  void *expected = NULL;
  emul_mutex_lock(&queue->lock);
  if (!__atomic_compare_exchange_n((void **)&dpc->DpcData, &expected, queue, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
    emul_mutex_unlock(&queue->lock);
    return FALSE;
  }
  dpc->SystemArgument1 = first;
  dpc->SystemArgument2 = second;
  InsertTailList(&queue->entries, &dpc->DpcListEntry);
  queue->inserted++;
  __atomic_add_fetch(&queue->work, 1, __ATOMIC_RELEASE);
  emul_mutex_unlock(&queue->lock);
  platform_futex_wake(&queue->work, 1);
  return TRUE;
}

BOOLEAN NTAPI KeRemoveQueueDpc(PRKDPC dpc) {
  struct queue *queue = (struct queue *)__atomic_load_n((void **)&dpc->DpcData, __ATOMIC_ACQUIRE);
  if (queue == NULL) return FALSE;
  emul_mutex_lock(&queue->lock);
  BOOLEAN queued = dpc->DpcData == queue;
  if (queued) {
    RemoveEntryList(&dpc->DpcListEntry);
    queue->finished++;
    dpc->DpcData = NULL;
  }
  emul_mutex_unlock(&queue->lock);
  return queued;
}

VOID NTAPI KeFlushQueuedDpcs(VOID) {
  IRQL_AT_MOST(APC_LEVEL);
  for (uint32_t i = 0; i < EMUL_PROCESSORS; i++) {
    struct queue *queue = &queues[i];
    emul_mutex_lock(&queue->lock);
    uint64_t goal = queue->inserted;
    while (queue->finished < goal) {
      uint32_t rest = queue->rest;
      emul_mutex_unlock(&queue->lock);
      platform_futex_wait(&queue->rest, rest, EMUL_FOR_EVER);
      emul_mutex_lock(&queue->lock);
    }
    emul_mutex_unlock(&queue->lock);
  }
}

VOID NTAPI KeSetImportanceDpc(PRKDPC dpc, KDPC_IMPORTANCE importance) { dpc->Importance = (UCHAR)importance; }

VOID NTAPI KeSetTargetProcessorDpc(PRKDPC dpc, CCHAR number) {
  dpc->Number = (USHORT)(TARGETED + (UCHAR)number % EMUL_PROCESSORS);
}

NTSTATUS NTAPI KeSetTargetProcessorDpcEx(PKDPC dpc, PPROCESSOR_NUMBER number) {
  if (number->Group != 0 || number->Number >= EMUL_PROCESSORS) return STATUS_INVALID_PARAMETER;
  dpc->Number = (USHORT)(TARGETED + number->Number);
  return STATUS_SUCCESS;
}

void emul_dpcs_check_freed(const void *place, size_t length_bytes) {
  for (uint32_t i = 0; i < EMUL_PROCESSORS; i++) {
    emul_mutex_lock(&queues[i].lock);
    for (LIST_ENTRY *link = queues[i].entries.Flink; link != &queues[i].entries; link = link->Flink)
      if ((uintptr_t)link - (uintptr_t)place < length_bytes) emul_fail("dpc-freed: one that is queued, in %p", place);
    emul_mutex_unlock(&queues[i].lock);
  }
}

/// The DPCs that are queued or run.
uint32_t EmulDpcsLeft(void) {
  uint64_t left = 0;
  for (uint32_t i = 0; i < EMUL_PROCESSORS; i++) {
    emul_mutex_lock(&queues[i].lock);
    left += queues[i].inserted - queues[i].finished;
    emul_mutex_unlock(&queues[i].lock);
  }
  return (uint32_t)left;
}
