// netio.sys: how requests end. Without a seed they end inside the call, in both of the ways that WSK has of answering
// in turn; with a seed also later, on a thread of WSK's own, in any order.
#include "netio_parts.h"

#define THREADS 2

static volatile LONG completions, has_threads;
static KSPIN_LOCK lock;
static KSEMAPHORE work;
static LIST_ENTRY late = {&late, &late};
static LONG late_count;

static void end(PIRP irp, KIRQL irql) {
  struct emul_send *send = irp->Tail.Overlay.DriverContext[0];
  if (send != NULL) irp->IoStatus.Status = emul_send_now(send);
  KIRQL before = EmulIrql();
  if (irql > before) EmulIrqlSet(irql);
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  EmulIrqlSet(before);
}

static PIRP take(void) {
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  LIST_ENTRY *link = late.Flink;
  for (uint32_t skipped = platform_choose((uint32_t)late_count); skipped > 0; skipped--) link = link->Flink;
  RemoveEntryList(link);
  late_count--;
  KeReleaseSpinLock(&lock, irql);
  return CONTAINING_RECORD(link, IRP, Tail.Overlay.ListEntry);
}

static VOID NTAPI run(PVOID unused) {
  UNREFERENCED_PARAMETER(unused);
  for (;;) {
    KeWaitForSingleObject(&work, Executive, KernelMode, FALSE, NULL);
    end(take(), platform_choose(2) ? DISPATCH_LEVEL : PASSIVE_LEVEL);
    EmulThreadCheck("a completion");
  }
}

void emul_completions_start(void) {
  if (InterlockedExchange(&has_threads, 1)) return;
  KeInitializeSemaphore(&work, 0, MAXLONG);
  for (int i = 0; i < THREADS; i++) EmulThreadStart(run, NULL);
}

static void end_later(PIRP irp) {
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  InsertTailList(&late, &irp->Tail.Overlay.ListEntry);
  late_count++;
  KeReleaseSpinLock(&lock, irql);
  KeReleaseSemaphore(&work, IO_NO_INCREMENT, 1, FALSE);
}

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information, struct emul_send *send, KIRQL irql) {
  // As a driver that was called: the caller's stack location becomes current, and the IRP ends on it.
  IoSetNextIrpStackLocation(irp);
  BOOLEAN is_late = platform_choose(2) != 0;
  BOOLEAN pends = is_late || (InterlockedIncrement(&completions) & 1) != 0;
  if (pends) IoMarkIrpPending(irp);
  irp->IoStatus.Status = status;
  irp->IoStatus.Information = information;
  irp->Tail.Overlay.DriverContext[0] = send;
  if (is_late) {
    if (send != NULL) emul_send_keep(send);
    end_later(irp);
    return STATUS_PENDING;
  }
  if (!pends && send != NULL) {
    irp->Tail.Overlay.DriverContext[0] = NULL;
    irp->IoStatus.Status = status = emul_send_now(send);
  }
  end(irp, irql);
  return pends ? STATUS_PENDING : status;
}

NTSTATUS emul_complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
  return complete(irp, status, information, NULL, EmulIrql());
}

NTSTATUS emul_complete_send(PIRP irp, struct emul_send *send) {
  // Real ones complete at DISPATCH_LEVEL.
  return complete(irp, STATUS_SUCCESS, 0, send, DISPATCH_LEVEL);
}
