#include "sample.h"

static VOID NTAPI run(PKDPC dpc, PVOID context, PVOID first, PVOID second) {
  UNREFERENCED_PARAMETER(dpc);
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(first);
  UNREFERENCED_PARAMETER(second);
}

static void act(void) {
  PKDPC dpc = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *dpc, TAG);
  KeInitializeDpc(dpc, run, NULL);
  KIRQL before = KeRaiseIrqlToDpcLevel();
  KeSetTargetProcessorDpc(dpc, (CCHAR)KeGetCurrentProcessorNumberEx(NULL));
  KeInsertQueueDpc(dpc, NULL, NULL);
  ExFreePoolWithTag(dpc, TAG);
  KeLowerIrql(before);
}
