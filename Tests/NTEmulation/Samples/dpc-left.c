#include "sample.h"

static VOID NTAPI run(PKDPC dpc, PVOID context, PVOID first, PVOID second) {
  UNREFERENCED_PARAMETER(context);
  KeInsertQueueDpc(dpc, first, second);
}

static void act(void) {
  static KDPC dpc;
  KeInitializeDpc(&dpc, run, NULL);
  KeInsertQueueDpc(&dpc, NULL, NULL);
}
