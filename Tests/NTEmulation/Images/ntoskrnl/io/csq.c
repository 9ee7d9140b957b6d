// Cancel-safe queues of IRPs, over the driver's six routines. DriverContext[3] leads from an IRP to its queue, or to
// its context, which does.
#include <emulation.h>

static void release(PIO_CSQ queue, KIRQL irql) { queue->CsqReleaseLock(queue, irql); }

static PIO_CSQ queue_of(PIRP irp) {
  PVOID mark = irp->Tail.Overlay.DriverContext[3];
  if (mark == NULL) return NULL;
  PIO_CSQ queue = mark;
  return queue->Type == IO_TYPE_CSQ || queue->Type == IO_TYPE_CSQ_EX ? queue : ((PIO_CSQ_IRP_CONTEXT)mark)->Csq;
}

static void forget(PIRP irp) {
  PIO_CSQ_IRP_CONTEXT context = irp->Tail.Overlay.DriverContext[3];
  irp->Tail.Overlay.DriverContext[3] = NULL;
  if (context != NULL && context->Type == IO_TYPE_CSQ_IRP_CONTEXT) context->Irp = NULL;
}

static VOID NTAPI cancel(PDEVICE_OBJECT device, PIRP irp) {
  (void)device;
  IoReleaseCancelSpinLock(irp->CancelIrql);
  PIO_CSQ queue = queue_of(irp);
  KIRQL irql;
  queue->CsqAcquireLock(queue, &irql);
  queue->CsqRemoveIrp(queue, irp);
  forget(irp);
  release(queue, irql);
  queue->CsqCompleteCanceledIrp(queue, irp);
}

NTSTATUS NTAPI IoCsqInitialize(
    PIO_CSQ queue, PIO_CSQ_INSERT_IRP insert, PIO_CSQ_REMOVE_IRP remove, PIO_CSQ_PEEK_NEXT_IRP peek,
    PIO_CSQ_ACQUIRE_LOCK acquire, PIO_CSQ_RELEASE_LOCK release_lock, PIO_CSQ_COMPLETE_CANCELED_IRP complete) {
  *queue = (IO_CSQ){IO_TYPE_CSQ, insert, remove, peek, acquire, release_lock, complete, NULL};
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoCsqInitializeEx(
    PIO_CSQ queue, PIO_CSQ_INSERT_IRP_EX insert, PIO_CSQ_REMOVE_IRP remove, PIO_CSQ_PEEK_NEXT_IRP peek,
    PIO_CSQ_ACQUIRE_LOCK acquire, PIO_CSQ_RELEASE_LOCK release_lock, PIO_CSQ_COMPLETE_CANCELED_IRP complete) {
  *queue =
      (IO_CSQ){IO_TYPE_CSQ_EX, (PIO_CSQ_INSERT_IRP)(void *)insert, remove, peek, acquire, release_lock, complete, NULL};
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoCsqInsertIrpEx(PIO_CSQ queue, PIRP irp, PIO_CSQ_IRP_CONTEXT context, PVOID insert_context) {
  KIRQL irql;
  queue->CsqAcquireLock(queue, &irql);
  if (context != NULL) *context = (IO_CSQ_IRP_CONTEXT){IO_TYPE_CSQ_IRP_CONTEXT, irp, queue};
  irp->Tail.Overlay.DriverContext[3] = context != NULL ? (PVOID)context : (PVOID)queue;
  IoMarkIrpPending(irp);
  if (queue->Type == IO_TYPE_CSQ_EX) {
    NTSTATUS status = ((PIO_CSQ_INSERT_IRP_EX)(void *)queue->CsqInsertIrp)(queue, irp, insert_context);
    if (!NT_SUCCESS(status)) {
      forget(irp);
      release(queue, irql);
      return status;
    }
  } else {
    queue->CsqInsertIrp(queue, irp);
  }
  (void)IoSetCancelRoutine(irp, cancel);
  // Cancelled before it was in the queue: whoever gets the routine back completes the IRP.
  if (irp->Cancel && IoSetCancelRoutine(irp, NULL) != NULL) {
    queue->CsqRemoveIrp(queue, irp);
    forget(irp);
    release(queue, irql);
    queue->CsqCompleteCanceledIrp(queue, irp);
    return STATUS_SUCCESS;
  }
  release(queue, irql);
  return STATUS_SUCCESS;
}

VOID NTAPI IoCsqInsertIrp(PIO_CSQ queue, PIRP irp, PIO_CSQ_IRP_CONTEXT context) {
  if (queue->Type != IO_TYPE_CSQ) emul_fail("irp-queue: IoCsqInsertIrp on a queue of IoCsqInitializeEx");
  (void)IoCsqInsertIrpEx(queue, irp, context, NULL);
}

PIRP NTAPI IoCsqRemoveNextIrp(PIO_CSQ queue, PVOID peek_context) {
  KIRQL irql;
  queue->CsqAcquireLock(queue, &irql);
  PIRP irp = queue->CsqPeekNextIrp(queue, NULL, peek_context);
  // One without its cancel routine is about to be removed by the canceller.
  while (irp != NULL && IoSetCancelRoutine(irp, NULL) == NULL) irp = queue->CsqPeekNextIrp(queue, irp, peek_context);
  if (irp != NULL) {
    queue->CsqRemoveIrp(queue, irp);
    forget(irp);
  }
  release(queue, irql);
  return irp;
}

PIRP NTAPI IoCsqRemoveIrp(PIO_CSQ queue, PIO_CSQ_IRP_CONTEXT context) {
  KIRQL irql;
  queue->CsqAcquireLock(queue, &irql);
  PIRP irp = context->Irp;
  if (irp != NULL && IoSetCancelRoutine(irp, NULL) != NULL) {
    queue->CsqRemoveIrp(queue, irp);
    forget(irp);
  } else {
    irp = NULL;
  }
  release(queue, irql);
  return irp;
}
