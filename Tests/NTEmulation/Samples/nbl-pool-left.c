#include "miniport.h"

static VOID NTAPI halt_only(NDIS_HANDLE context, int action) {
  UNREFERENCED_PARAMETER(context);
  (void)action;
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->HaltHandlerEx = halt_only; }
