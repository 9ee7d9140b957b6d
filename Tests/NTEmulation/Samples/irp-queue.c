#include "device.h"

#include <csq.h>

static NTSTATUS NTAPI insert(PIO_CSQ queue, PIRP irp, PVOID context) {
  UNREFERENCED_PARAMETER(queue);
  UNREFERENCED_PARAMETER(irp);
  UNREFERENCED_PARAMETER(context);
  return STATUS_SUCCESS;
}

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  static IO_CSQ queue;
  IoCsqInitializeEx(&queue, insert, NULL, NULL, NULL, NULL, NULL);
  // The one for queues without a context.
  IoCsqInsertIrp(&queue, irp, NULL);
  return STATUS_PENDING;
}
