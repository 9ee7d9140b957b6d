#include "miniport.h"

// What the stack has not returned yet.
__declspec(dllimport) void EmulNdisHold(NDIS_HANDLE handle, ULONG holds);

static NDIS_STATUS NTAPI restart_and_free(NDIS_HANDLE context, PVOID parameters) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(parameters);
  static NET_BUFFER_LIST *list;
  list = make_list();
  EmulNdisHold(adapter.miniport.handle, 1);
  indicate(list);
  NdisFreeNetBufferList(list);
  return NDIS_STATUS_SUCCESS;
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->RestartHandler = restart_and_free; }
