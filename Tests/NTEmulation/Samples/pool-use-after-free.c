#include "sample.h"

static void act(void) {
  volatile UCHAR *block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
  ExFreePoolWithTag((PVOID)block, TAG);
  block[0] = 1;
}
