// A cancel-safe queue: the oldest first, a cancelled request is gone from it, and each is completed once.
#include "../Samples/device.h"

#include "check.h"

#include <csq.h>

static LIST_ENTRY waiting;
static KSPIN_LOCK lock;
static IO_CSQ queue;
static volatile LONG cancelled;

static NTSTATUS NTAPI insert(PIO_CSQ csq, PIRP irp, PVOID context) {
  UNREFERENCED_PARAMETER(csq);
  UNREFERENCED_PARAMETER(context);
  InsertTailList(&waiting, &irp->Tail.Overlay.ListEntry);
  return STATUS_SUCCESS;
}

static VOID NTAPI take_out(PIO_CSQ csq, PIRP irp) {
  UNREFERENCED_PARAMETER(csq);
  RemoveEntryList(&irp->Tail.Overlay.ListEntry);
}

static PIRP NTAPI peek(PIO_CSQ csq, PIRP irp, PVOID context) {
  UNREFERENCED_PARAMETER(csq);
  UNREFERENCED_PARAMETER(context);
  LIST_ENTRY *next = irp == NULL ? waiting.Flink : irp->Tail.Overlay.ListEntry.Flink;
  return next == &waiting ? NULL : CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry);
}

static VOID NTAPI acquire(PIO_CSQ csq, PKIRQL irql) {
  UNREFERENCED_PARAMETER(csq);
  KeAcquireSpinLock(&lock, irql);
}

static VOID NTAPI release(PIO_CSQ csq, KIRQL irql) {
  UNREFERENCED_PARAMETER(csq);
  KeReleaseSpinLock(&lock, irql);
}

static VOID NTAPI complete_cancelled(PIO_CSQ csq, PIRP irp) {
  UNREFERENCED_PARAMETER(csq);
  InterlockedIncrement(&cancelled);
  complete(irp, STATUS_CANCELLED);
}

// The first of two stays and is cancelled by its process; a queue that was emptied by the driver gives nothing more.
static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  if (waiting.Flink == NULL) {
    InitializeListHead(&waiting);
    CHECK(NT_SUCCESS(IoCsqInitializeEx(&queue, insert, take_out, peek, acquire, release, complete_cancelled)));
  }
  CHECK(IoCsqRemoveNextIrp(&queue, NULL) == NULL);
  CHECK(NT_SUCCESS(IoCsqInsertIrpEx(&queue, irp, NULL, NULL)));
  CHECK(IoCsqRemoveNextIrp(&queue, NULL) == irp && IsListEmpty(&waiting));
  CHECK(NT_SUCCESS(IoCsqInsertIrpEx(&queue, irp, NULL, NULL)) && !IsListEmpty(&waiting) && cancelled == 0);
  return STATUS_PENDING;
}
