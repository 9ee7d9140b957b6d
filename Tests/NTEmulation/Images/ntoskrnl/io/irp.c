// IRPs on their way down and up. Each completion, and each return of a dispatch routine, is checked against the rules
// that Driver Verifier checks.
#include <emulation.h>

#define TAG_IRP ' prI'

VOID NTAPI IoInitializeIrp(PIRP irp, USHORT size, CCHAR stack_size) {
  RtlZeroMemory(irp, size);
  irp->Type = IO_TYPE_IRP;
  irp->Size = size;
  irp->StackCount = stack_size;
  irp->CurrentLocation = (CCHAR)(stack_size + 1);
  InitializeListHead(&irp->ThreadListEntry);
  irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(irp + 1) + stack_size;
}

PIRP NTAPI IoAllocateIrp(CCHAR stack_size, BOOLEAN quota) {
  (void)quota;
  IRQL_AT_MOST(DISPATCH_LEVEL);
  if (emul_must_fail(__builtin_return_address(0))) return NULL;
  USHORT size = IoSizeOfIrp(stack_size);
  PIRP irp = ExAllocatePoolWithTag(NonPagedPool, size, TAG_IRP);
  if (irp != NULL) IoInitializeIrp(irp, size, stack_size);
  return irp;
}

VOID NTAPI IoFreeIrp(PIRP irp) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  if (irp->Type != IO_TYPE_IRP) emul_fail("irp-type: IRP %p freed, which is none", (void *)irp);
  irp->Type = 0;
  ExFreePoolWithTag(irp, TAG_IRP);
}

VOID NTAPI IoReuseIrp(PIRP irp, NTSTATUS status) {
  IoInitializeIrp(irp, irp->Size, irp->StackCount);
  irp->IoStatus.Status = status;
}

NTSTATUS FASTCALL IofCallDriver(PDEVICE_OBJECT device, PIRP irp) {
  if (irp->Type != IO_TYPE_IRP) emul_fail("irp-type: IoCallDriver: %p is no IRP", (void *)irp);
  if (--irp->CurrentLocation <= 0) emul_fail("irp-stack: IRP %p: no stack location left", (void *)irp);
  PIO_STACK_LOCATION location = --irp->Tail.Overlay.CurrentStackLocation;
  location->DeviceObject = device;
  KIRQL before = emul_irql();
  UCHAR major = location->MajorFunction;
  NTSTATUS status = device->DriverObject->MajorFunction[major](device, irp);
  if (emul_irql() != before)
    emul_fail("irql-return: dispatch routine %u entered at %u, left at %u", major, before, emul_irql());
  return status;
}

static BOOLEAN calls_routine(PIRP irp, PIO_STACK_LOCATION location) {
  if (irp->Cancel && location->Control & SL_INVOKE_ON_CANCEL) return TRUE;
  return (location->Control & (NT_SUCCESS(irp->IoStatus.Status) ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR)) != 0;
}

// What the I/O manager does at the end of an IRP of its own: the caller's buffer, status block and event.
// Overlay.AllocationSize, unused by a device control, holds the room in the caller's buffer.
static void finish(PIRP irp) {
  if (irp->Flags & IRP_INPUT_OPERATION && !NT_ERROR(irp->IoStatus.Status)) {
    if (irp->IoStatus.Information > (ULONG64)irp->Overlay.AllocationSize.QuadPart)
      emul_fail(
          "irp-information: IRP %p: Information %llu exceeds the output buffer", (void *)irp,
          irp->IoStatus.Information);
    if (!platform_user_copy(irp->UserBuffer, irp->AssociatedIrp.SystemBuffer, irp->IoStatus.Information))
      irp->IoStatus.Status = STATUS_ACCESS_VIOLATION;
  }
  emul_complete(irp);
}

VOID FASTCALL IofCompleteRequest(PIRP irp, CCHAR boost) {
  (void)boost;
  IRQL_AT_MOST(DISPATCH_LEVEL);
  if (EmulGuardedIsGone(irp)) emul_fail("irp-twice: IRP %p completed again", (void *)irp);
  if (irp->Type != IO_TYPE_IRP) emul_fail("irp-type: IRP %p completed, which is none", (void *)irp);
  if (irp->CurrentLocation > irp->StackCount) emul_fail("irp-twice: IRP %p completed twice", (void *)irp);
  if (irp->IoStatus.Status == STATUS_PENDING)
    emul_fail("irp-status: IRP %p completed with STATUS_PENDING", (void *)irp);
  if (irp->CancelRoutine != NULL)
    emul_fail("irp-cancel-routine: IRP %p completed with its cancel routine set", (void *)irp);
  while (irp->CurrentLocation <= irp->StackCount) {
    PIO_STACK_LOCATION location = irp->Tail.Overlay.CurrentStackLocation++;
    irp->CurrentLocation++;
    irp->PendingReturned = (location->Control & SL_PENDING_RETURNED) != 0;
    BOOLEAN is_last = irp->CurrentLocation > irp->StackCount;
    if (location->CompletionRoutine != NULL && calls_routine(irp, location)) {
      PDEVICE_OBJECT device = is_last ? NULL : irp->Tail.Overlay.CurrentStackLocation->DeviceObject;
      if (location->CompletionRoutine(device, irp, location->Context) == STATUS_MORE_PROCESSING_REQUIRED) return;
    } else if (irp->PendingReturned && !is_last) {
      IoMarkIrpPending(irp);
    }
  }
  if (irp->UserIosb == NULL) emul_fail("irp-stack: IRP %p of a driver reached the end of its stack", (void *)irp);
  finish(irp);
}

static KSPIN_LOCK cancel_lock;

VOID NTAPI IoAcquireCancelSpinLock(PKIRQL irql) { *irql = KeAcquireSpinLockRaiseToDpc(&cancel_lock); }

VOID NTAPI IoReleaseCancelSpinLock(KIRQL irql) { KeReleaseSpinLock(&cancel_lock, irql); }

BOOLEAN NTAPI IoCancelIrp(PIRP irp) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  KIRQL irql;
  IoAcquireCancelSpinLock(&irql);
  irp->Cancel = TRUE;
  PDRIVER_CANCEL routine = IoSetCancelRoutine(irp, NULL);
  if (routine == NULL) {
    IoReleaseCancelSpinLock(irql);
    return FALSE;
  }
  irp->CancelIrql = irql;
  routine(irp->Tail.Overlay.CurrentStackLocation->DeviceObject, irp);
  if (emul_irql() != irql) emul_fail("irql-return: cancel routine left %u, not %u", emul_irql(), irql);
  return TRUE;
}

#undef IoIs32bitProcess
BOOLEAN NTAPI IoIs32bitProcess(PIRP irp) {
  (void)irp;
  return FALSE;
}

PEPROCESS NTAPI IoGetRequestorProcess(PIRP irp) {
  (void)irp;
  return PsInitialSystemProcess;
}
