#include "sample.h"

VOID FASTCALL ExfReleasePushLockExclusive(ULONG_PTR *lock);

static void act(void) {
  ULONG_PTR lock = 0;
  KeEnterCriticalRegion();
  ExfReleasePushLockExclusive(&lock);
  KeLeaveCriticalRegion();
}
