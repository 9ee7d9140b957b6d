#include "sample.h"

static void act(void) {
  ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
}
