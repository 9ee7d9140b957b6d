#include "device.h"

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  complete(irp, STATUS_SUCCESS);
  return STATUS_UNSUCCESSFUL;
}
