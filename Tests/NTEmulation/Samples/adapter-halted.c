#include "miniport.h"

static VOID NTAPI complete_and_unload(PDRIVER_OBJECT driver) {
  NdisMSendNetBufferListsComplete(adapter.miniport.handle, NULL, 0);
  unload(driver);
}

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->UnloadHandler = complete_and_unload; }
