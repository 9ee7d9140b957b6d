// ndis.sys: registration of the miniport driver, and the dispatch routines that NDIS gives its devices.
#include "ndis_parts.h"

struct emul_miniport_driver emul_driver_record;

ULONG NTAPI NdisGetVersion(void) { return 6u << 16 | emul_version; }

static NTSTATUS NTAPI succeed(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  irp->IoStatus.Status = STATUS_SUCCESS;
  irp->IoStatus.Information = 0;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_SUCCESS;
}

// NDIS answers requests of its own; none is emulated.
static NTSTATUS NTAPI control(PDEVICE_OBJECT device, PIRP irp) {
  UNREFERENCED_PARAMETER(device);
  irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
  irp->IoStatus.Information = 0;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_INVALID_DEVICE_REQUEST;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
  emul_driver_record.handlers.UnloadHandler(driver);
  REQUIRE(!emul_driver_record.is_registered);
}

NDIS_STATUS NTAPI NdisMRegisterMiniportDriver(
    PDRIVER_OBJECT driver, PUNICODE_STRING registry_path, NDIS_HANDLE driver_context,
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers, NDIS_HANDLE *handle) {
  UNREFERENCED_PARAMETER(driver_context);
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && registry_path != NULL && !emul_driver_record.is_registered);
  REQUIRE(handlers->Header.Type == NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS);
  REQUIRE(handlers->MajorNdisVersion == 6 && handlers->MinorNdisVersion <= 85);
  // Revision 3 belongs to 6.80 and later.
  REQUIRE(handlers->Header.Revision == (handlers->MinorNdisVersion >= 80 ? 3 : 2));
  REQUIRE(handlers->Header.Size == (handlers->Header.Revision == 3 ? 0xa0 : 0x98) && handlers->Flags == 0);
  REQUIRE(handlers->InitializeHandlerEx && handlers->HaltHandlerEx && handlers->UnloadHandler);
  REQUIRE(handlers->PauseHandler && handlers->RestartHandler && handlers->OidRequestHandler);
  REQUIRE(handlers->SendNetBufferListsHandler && handlers->ReturnNetBufferListsHandler && handlers->CancelSendHandler);
  REQUIRE(handlers->DevicePnPEventNotifyHandler && handlers->ShutdownHandlerEx && handlers->CancelOidRequestHandler);
  if (MUST_FAIL()) return NDIS_STATUS_RESOURCES;
  emul_driver_record.object = driver;
  memcpy(&emul_driver_record.handlers, handlers, handlers->Header.Size);
  emul_driver_record.is_registered = TRUE;
  for (int major = 0; major <= IRP_MJ_MAXIMUM_FUNCTION; major++) driver->MajorFunction[major] = succeed;
  driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = control;
  driver->DriverUnload = unload;
  emul_bus_attach(driver);
  *handle = &emul_driver_record;
  return NDIS_STATUS_SUCCESS;
}

VOID NTAPI NdisMDeregisterMiniportDriver(NDIS_HANDLE handle) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && handle == &emul_driver_record && emul_driver_record.is_registered);
  emul_driver_record.is_registered = FALSE;
}

/// Whether there is a miniport driver.
uint32_t EmulNdisIsRegistered(void) { return emul_driver_record.is_registered; }
