#include "miniport.h"

static VOID NTAPI send_and_touch(NDIS_HANDLE context, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG flags) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(port);
  UNREFERENCED_PARAMETER(flags);
  complete(lists);
  lists->Status = NDIS_STATUS_PAUSED;
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) {
  handlers->SendNetBufferListsHandler = send_and_touch;
}
