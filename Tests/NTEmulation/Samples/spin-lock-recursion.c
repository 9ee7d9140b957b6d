#include "sample.h"

static void act(PDRIVER_OBJECT driver) {
  UNREFERENCED_PARAMETER(driver);
  KSPIN_LOCK lock = 0;
  KIRQL before;
  KeAcquireSpinLock(&lock, &before);
  KeAcquireSpinLockAtDpcLevel(&lock);
  KeReleaseSpinLock(&lock, before);
}
