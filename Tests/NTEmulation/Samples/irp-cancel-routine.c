#include "device.h"

static VOID NTAPI cancel(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  IoReleaseCancelSpinLock(irp->CancelIrql);
}

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  (void)IoSetCancelRoutine(irp, cancel);
  return complete(irp, STATUS_SUCCESS);
}
