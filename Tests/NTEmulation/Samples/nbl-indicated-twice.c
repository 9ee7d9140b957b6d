#include "miniport.h"

__declspec(dllimport) void EmulNdisHold(NDIS_HANDLE handle, ULONG holds);

static NDIS_STATUS NTAPI restart_twice(NDIS_HANDLE context, PVOID parameters) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(parameters);
  NET_BUFFER_LIST *list = make_list();
  EmulNdisHold(adapter.miniport.handle, 1);
  indicate(list);
  indicate(list);
  return NDIS_STATUS_SUCCESS;
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->RestartHandler = restart_twice; }
