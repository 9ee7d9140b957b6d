#include "sample.h"

static void act(void) {
  static FAST_MUTEX mutex;
  ExInitializeFastMutex(&mutex);
  KeEnterCriticalRegion();
  ExAcquireFastMutexUnsafe(&mutex);
  KeLeaveCriticalRegion();
}
