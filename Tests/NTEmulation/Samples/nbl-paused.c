#include "miniport.h"

static VOID NTAPI halt_and_indicate(NDIS_HANDLE context, int action) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(action);
  indicate(make_list());
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->HaltHandlerEx = halt_and_indicate; }
