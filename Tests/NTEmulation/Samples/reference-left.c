#include "sample.h"

static VOID NTAPI run(PVOID unused) { UNREFERENCED_PARAMETER(unused); }

static void act(void) {
  HANDLE handle;
  PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, run, NULL);
  PVOID thread;
  ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &thread, NULL);
  ZwClose(handle);
  KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
}
