#include "sample.h"

static void act(void) {
  KSPIN_LOCK lock = 0;
  KIRQL before;
  KeAcquireSpinLock(&lock, &before);
  KeAcquireSpinLockAtDpcLevel(&lock);
  KeReleaseSpinLock(&lock, before);
}
