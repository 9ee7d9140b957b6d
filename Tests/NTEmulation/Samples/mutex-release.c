#include "sample.h"

static void act(void) {
  FAST_MUTEX mutex;
  ExInitializeFastMutex(&mutex);
  KIRQL before;
  KeRaiseIrql(APC_LEVEL, &before);
  ExReleaseFastMutex(&mutex);
}
