// Requests to WSK that the caller waits for.
#include "wsk_call.h"

static NTSTATUS NTAPI completed(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
  UNREFERENCED_PARAMETER(device);
  UNREFERENCED_PARAMETER(irp);
  KeSetEvent(context, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

bool nt_wsk_call_open(struct nt_wsk_call *call) {
  call->irp = IoAllocateIrp(1, FALSE);
  if (call->irp == NULL) return false;
  KeInitializeEvent(&call->done, SynchronizationEvent, FALSE);
  IoSetCompletionRoutine(call->irp, completed, &call->done, TRUE, TRUE, TRUE);
  return true;
}

NTSTATUS nt_wsk_call_end(struct nt_wsk_call *call, NTSTATUS status, ULONG_PTR *information) {
  // WSK completes the IRP whatever it returns, so the event is always set in the end.
  if (status == STATUS_PENDING) KeWaitForSingleObject(&call->done, Executive, KernelMode, FALSE, NULL);
  status = call->irp->IoStatus.Status;
  if (information != NULL) *information = call->irp->IoStatus.Information;
  IoFreeIrp(call->irp);
  return status;
}
