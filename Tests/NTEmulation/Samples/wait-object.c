#include "sample.h"

static void act(void) {
  KEVENT event;
  RtlZeroMemory(&event, sizeof event);
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
}
