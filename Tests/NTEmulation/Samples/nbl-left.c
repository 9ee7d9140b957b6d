#include "miniport.h"

static VOID NTAPI keep(NDIS_HANDLE context, NET_BUFFER_LIST *lists, ULONG flags) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(flags);
  (void)lists;
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->ReturnNetBufferListsHandler = keep; }
