#include "device.h"

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  static IRP none;
  IoFreeIrp(&none);
  return complete(irp, STATUS_SUCCESS);
}
