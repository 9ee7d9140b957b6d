#include "sample.h"

static void act(void) {
  KSPIN_LOCK lock = 0;
  KIRQL before = KeRaiseIrqlToDpcLevel();
  KeReleaseSpinLock(&lock, before);
}
