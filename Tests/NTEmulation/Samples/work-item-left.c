#include "sample.h"

static VOID NTAPI run(PVOID unused) {
  UNREFERENCED_PARAMETER(unused);
  LARGE_INTEGER second = {.QuadPart = -10000000};
  KeDelayExecutionThread(KernelMode, FALSE, &second);
}

static void act(void) {
  static WORK_QUEUE_ITEM items[8];
  for (int i = 0; i < 8; i++) {
    ExInitializeWorkItem(&items[i], run, NULL);
    ExQueueWorkItem(&items[i], DelayedWorkQueue);
  }
}
