// Load and unload. PASSIVE_LEVEL.
#include "adapter.h"
#include "device.h"
#include "system.h"

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path) {
  ULONG version = NdisGetVersion();
  // Windows 10, the first, has 6.50.
  if ((version >> 16 & 0xff) < 6 || ((version >> 16 & 0xff) == 6 && (version & 0xff) < 50))
    return NDIS_STATUS_UNSUPPORTED_REVISION;
  NTSTATUS status = nt_random_open();
  if (!NT_SUCCESS(status)) return status;
  nt_runtime_open();
  nt_trace_open();
  nt_sockets_load();
  nt_device_load();
  status = nt_miniport_register(driver, registry_path);
  if (!NT_SUCCESS(status)) {
    nt_trace_close();
    nt_random_close();
    return status;
  }
  nt_device_interpose(driver);
  return STATUS_SUCCESS;
}

VOID NTAPI nt_unload(PDRIVER_OBJECT driver) {
  UNREFERENCED_PARAMETER(driver);
  nt_miniport_deregister();
  nt_sockets_unload();
  nt_trace_close();
  nt_random_close();
}
