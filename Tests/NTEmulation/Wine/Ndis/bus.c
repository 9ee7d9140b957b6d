// ndis.sys under Wine: adapters come and go as Wine's plug and play says, in the requests that NDIS gets on Windows.
#include "edge.h"

static const GUID interface_class = {0xcac88484, 0x7515, 0x4c03, {0x82, 0xe6, 0x71, 0xa8, 0x7a, 0xba, 0xc3, 0x61}};

static NTSTATUS NTAPI add_device(PDRIVER_OBJECT driver, PDEVICE_OBJECT physical) {
  static volatile LONG count;
  int32_t status;
  REQUIRE(driver == emul_driver_record.object);
  struct emul_adapter *adapter = emul_adapter_make(53ull << 48 | (uint64_t)InterlockedIncrement(&count) << 24, &status);
  adapter->physical = physical;
  adapter->next = IoAttachDeviceToDeviceStack(adapter->device, physical);
  REQUIRE(adapter->next != NULL);
  return STATUS_SUCCESS;
}

static NTSTATUS NTAPI wake(PDEVICE_OBJECT device, PIRP irp, PVOID event) {
  UNREFERENCED_PARAMETER(device);
  UNREFERENCED_PARAMETER(irp);
  KeSetEvent(event, IO_NO_INCREMENT, FALSE);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static NTSTATUS ask_below(struct emul_adapter *adapter, PIRP irp) {
  KEVENT done;
  KeInitializeEvent(&done, NotificationEvent, FALSE);
  IoCopyCurrentIrpStackLocationToNext(irp);
  IoSetCompletionRoutine(irp, wake, &done, TRUE, TRUE, TRUE);
  if (IofCallDriver(adapter->next, irp) == STATUS_PENDING)
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  return irp->IoStatus.Status;
}

static NTSTATUS pass(struct emul_adapter *adapter, PIRP irp) {
  IoSkipCurrentIrpStackLocation(irp);
  return IofCallDriver(adapter->next, irp);
}

// What NDIS does with a device that starts: the miniport begins, its traffic too, and others may find it.
static NTSTATUS start(struct emul_adapter *adapter, PIRP irp) {
  NTSTATUS status = ask_below(adapter, irp);
  if (NT_SUCCESS(status)) status = emul_adapter_initialize(adapter);
  if (NT_SUCCESS(status)) emul_edge_open(adapter);
  if (NT_SUCCESS(status)) status = EmulNdisRestart(adapter);
  if (NT_SUCCESS(status)) emul_registry_write(adapter);
  if (NT_SUCCESS(status)) status = IoRegisterDeviceInterface(adapter->physical, &interface_class, NULL, &adapter->name);
  if (NT_SUCCESS(status)) status = IoSetDeviceInterfaceState(&adapter->name, TRUE);
  irp->IoStatus.Status = status;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return status;
}

static NTSTATUS remove(struct emul_adapter *adapter, PIRP irp) {
  if (adapter->name.Buffer != NULL) {
    IoSetDeviceInterfaceState(&adapter->name, FALSE);
    RtlFreeUnicodeString(&adapter->name);
  }
  if (adapter->state == EMUL_RUNNING) EmulNdisPause(adapter);
  if (adapter->state == EMUL_PAUSED) emul_adapter_halt(adapter);
  irp->IoStatus.Status = STATUS_SUCCESS;
  PDEVICE_OBJECT next = adapter->next;
  NTSTATUS status = pass(adapter, irp);
  IoDetachDevice(next);
  emul_edge_close(adapter);
  emul_adapter_unmake(adapter);
  return status;
}

static NTSTATUS NTAPI pnp(PDEVICE_OBJECT device, PIRP irp) {
  struct emul_adapter *adapter = *(struct emul_adapter **)device->DeviceExtension;
  switch (IoGetCurrentIrpStackLocation(irp)->MinorFunction) {
    case IRP_MN_START_DEVICE:
      return start(adapter, irp);
    case IRP_MN_REMOVE_DEVICE:
      return remove(adapter, irp);
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
    case IRP_MN_SURPRISE_REMOVAL:
      irp->IoStatus.Status = STATUS_SUCCESS;
      return pass(adapter, irp);
    default:
      return pass(adapter, irp);
  }
}

// Before it tells a driver that a file is closed, NT's I/O manager tells it that its last handle is. Wine's does not:
// that request is made up here, for Wine's file object.
static NTSTATUS NTAPI close(PDEVICE_OBJECT device, PIRP irp) {
  KEVENT done;
  KeInitializeEvent(&done, NotificationEvent, FALSE);
  PIRP request = IoAllocateIrp(device->StackSize, FALSE);
  REQUIRE(request != NULL);
  PIO_STACK_LOCATION stack = IoGetNextIrpStackLocation(request);
  stack->MajorFunction = IRP_MJ_CLEANUP;
  stack->FileObject = IoGetCurrentIrpStackLocation(irp)->FileObject;
  IoSetCompletionRoutine(request, wake, &done, TRUE, TRUE, TRUE);
  if (IofCallDriver(device, request) == STATUS_PENDING)
    KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
  IoFreeIrp(request);
  irp->IoStatus.Status = STATUS_SUCCESS;
  irp->IoStatus.Information = 0;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

void emul_bus_attach(PDRIVER_OBJECT driver) {
  driver->DriverExtension->AddDevice = add_device;
  driver->MajorFunction[IRP_MJ_PNP] = pnp;
  driver->MajorFunction[IRP_MJ_CLOSE] = close;
  driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = emul_edge_control;
}
