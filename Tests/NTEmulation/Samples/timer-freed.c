#include "sample.h"

static void act(void) {
  PKTIMER timer = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *timer, TAG);
  KeInitializeTimer(timer);
  LARGE_INTEGER due = {.QuadPart = -600000000};
  KeSetTimer(timer, due, NULL);
  ExFreePoolWithTag(timer, TAG);
}
