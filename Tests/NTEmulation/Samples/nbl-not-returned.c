#include "miniport.h"

__declspec(dllimport) void EmulNdisHold(NDIS_HANDLE handle, ULONG holds);

static NDIS_STATUS NTAPI restart_held(NDIS_HANDLE context, PVOID parameters) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(parameters);
  // The pause does not wait until the stack gives it back.
  EmulNdisHold(adapter.miniport.handle, 1);
  indicate(make_list());
  return NDIS_STATUS_SUCCESS;
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->RestartHandler = restart_held; }
