#include "sample.h"

static void act(void) {
  static UCHAR bytes[64];
  ULONG_PTR place = ((ULONG_PTR)bytes + 15) & ~(ULONG_PTR)15;
  InitializeSListHead((PSLIST_HEADER)(place + 8));
}
