// The end of a process' request: its IRP goes when it is complete, and nobody may touch it then. Whoever looks at it
// from the side of the process, which may be at that moment, holds the lock.
#include <emulation.h>

static struct emul_mutex lock;
/// Requests that drivers have and have not completed.
static uint32_t under_way;

uint32_t EmulRequestsLeft(void) { return __atomic_load_n(&under_way, __ATOMIC_ACQUIRE); }

void emul_completion_begin(struct emul_completion *completion) {
  completion->irp = EmulGuardedTake(EMUL_IRP_BYTES, PLATFORM_GUARDED_IRP);
  if (completion->irp == NULL) emul_fail("no memory for an IRP");
  __atomic_add_fetch(&under_way, 1, __ATOMIC_RELAXED);
}

void emul_completion_end(struct emul_completion *completion) {
  EmulGuardedGiveBack(completion->irp, EMUL_IRP_BYTES);
}

void emul_complete(PIRP irp) {
  struct emul_completion *completion = CONTAINING_RECORD(irp->UserIosb, struct emul_completion, status_block);
  completion->status_block = irp->IoStatus;
  emul_mutex_lock(&lock);
  completion->was_pending = irp->PendingReturned;
  completion->is_complete = TRUE;
  if (!completion->is_being_cancelled) EmulGuardedRevoke(irp, EMUL_IRP_BYTES);
  // Under the lock: who waits for it ends it, and may look at it before.
  __atomic_sub_fetch(&under_way, 1, __ATOMIC_RELEASE);
  KeSetEvent(&completion->done, 0, FALSE);
  emul_mutex_unlock(&lock);
}

BOOLEAN emul_irp_was_marked(struct emul_completion *completion, const IO_STACK_LOCATION *location) {
  emul_mutex_lock(&lock);
  BOOLEAN marked = completion->is_complete ? completion->was_pending : (location->Control & SL_PENDING_RETURNED) != 0;
  emul_mutex_unlock(&lock);
  return marked;
}

BOOLEAN emul_completion_cancel(struct emul_completion *completion) {
  emul_mutex_lock(&lock);
  BOOLEAN may_cancel = !completion->is_complete;
  completion->is_being_cancelled = may_cancel;
  emul_mutex_unlock(&lock);
  if (!may_cancel) return FALSE;
  BOOLEAN was_called = IoCancelIrp(completion->irp);
  emul_mutex_lock(&lock);
  completion->is_being_cancelled = FALSE;
  if (completion->is_complete) EmulGuardedRevoke(completion->irp, EMUL_IRP_BYTES);
  emul_mutex_unlock(&lock);
  return was_called;
}
