#include "device.h"

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  return IoCallDriver(device, irp);
}
