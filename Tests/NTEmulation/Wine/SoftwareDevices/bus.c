// swdevice.sys under Wine: the bus of software devices, which Wine has not. A program makes a device by a handle, as
// Windows' plug and play does for SwDeviceCreate: Wine's plug and play finds it on this bus, installs and loads its
// driver, and loses it when the handle is closed or its process dies.
#include "bus.h"

PDEVICE_OBJECT bus;
PDRIVER_OBJECT bus_driver;

static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  if (device != bus) {
    irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_INVALID_DEVICE_REQUEST;
  }
  IoMarkIrpPending(irp);
  work_queue(irp, IoGetCurrentIrpStackLocation(irp)->FileObject);
  return STATUS_PENDING;
}

static NTSTATUS NTAPI open_or_close(PDEVICE_OBJECT device, PIRP irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  if (device == bus && stack->MajorFunction == IRP_MJ_CLOSE) work_queue(NULL, stack->FileObject);
  irp->IoStatus.Status = STATUS_SUCCESS;
  irp->IoStatus.Information = 0;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
  UNREFERENCED_PARAMETER(path);
  UNICODE_STRING name = RTL_CONSTANT_STRING(SWD_DEVICE), link = RTL_CONSTANT_STRING(SWD_LINK);
  bus_driver = driver;
  driver->MajorFunction[IRP_MJ_CREATE] = driver->MajorFunction[IRP_MJ_CLOSE] = open_or_close;
  driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
  driver->MajorFunction[IRP_MJ_PNP] = bus_pnp;
  NTSTATUS status = work_begin();
  if (NT_SUCCESS(status)) status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &bus);
  if (NT_SUCCESS(status)) status = IoCreateSymbolicLink(&link, &name);
  if (NT_SUCCESS(status)) bus->Flags &= ~DO_DEVICE_INITIALIZING;
  return status;
}
