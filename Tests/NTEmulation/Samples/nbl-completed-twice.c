#include "miniport.h"

static VOID NTAPI send_twice(NDIS_HANDLE context, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG flags) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(port);
  UNREFERENCED_PARAMETER(flags);
  complete(lists);
  NdisMSendNetBufferListsComplete(adapter.miniport.handle, lists, 0);
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->SendNetBufferListsHandler = send_twice; }
