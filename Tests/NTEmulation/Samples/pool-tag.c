#include "sample.h"

static void act(void) {
  PVOID block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
  ExFreePoolWithTag(block, 'rehT');
}
