#include "miniport.h"

static VOID NTAPI forget(NDIS_HANDLE context, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG flags) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(port);
  UNREFERENCED_PARAMETER(flags);
  (void)lists;
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->SendNetBufferListsHandler = forget; }
