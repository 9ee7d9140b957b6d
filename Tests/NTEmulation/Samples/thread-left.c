#include "sample.h"

static VOID NTAPI run(PVOID event) { KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL); }

static void act(void) {
  static KEVENT event;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  HANDLE thread;
  PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, run, &event);
  ZwClose(thread);
}
