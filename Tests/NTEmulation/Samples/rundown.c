#include "sample.h"

static void act(void) {
  EX_RUNDOWN_REF reference;
  ExInitializeRundownProtection(&reference);
  ExReleaseRundownProtection(&reference);
}
