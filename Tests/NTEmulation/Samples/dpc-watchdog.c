#include "sample.h"

static VOID NTAPI run(PKDPC dpc, PVOID context, PVOID first, PVOID second) {
  UNREFERENCED_PARAMETER(dpc);
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(first);
  UNREFERENCED_PARAMETER(second);
  for (volatile ULONG64 i = 0; i < 5000000000ull; i++) continue;
}

static void act(void) {
  static KDPC dpc;
  KeInitializeDpc(&dpc, run, NULL);
  KeInsertQueueDpc(&dpc, NULL, NULL);
  KeFlushQueuedDpcs();
}
