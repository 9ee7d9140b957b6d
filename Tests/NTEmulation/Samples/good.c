#include "sample.h"

static void act(void) {
  KSPIN_LOCK lock = 0;
  KIRQL before;
  KeAcquireSpinLock(&lock, &before);
  KeReleaseSpinLock(&lock, before);
  PVOID block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
  if (block != NULL) ExFreePoolWithTag(block, TAG);
}
