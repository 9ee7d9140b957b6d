#include "sample.h"

static void act(void) {
  volatile UCHAR *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
  block[-1] = 1;
  ExFreePoolWithTag((PVOID)block, TAG);
}
