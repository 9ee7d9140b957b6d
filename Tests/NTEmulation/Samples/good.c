// A driver that does what drivers do, and does it right.
#include "sample.h"

static void act(PDRIVER_OBJECT driver) {
  UNREFERENCED_PARAMETER(driver);
  KSPIN_LOCK lock = 0;
  KIRQL before;
  KeAcquireSpinLock(&lock, &before);
  KeReleaseSpinLock(&lock, before);
  PVOID block = ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
  if (block != NULL) ExFreePoolWithTag(block, TAG);
}
