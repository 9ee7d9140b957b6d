#include "sample.h"

static void act(void) {
  static UCHAR bytes[16];
  PMDL mdl = IoAllocateMdl(bytes, sizeof bytes, FALSE, FALSE, NULL);
  MmUnlockPages(mdl);
}
