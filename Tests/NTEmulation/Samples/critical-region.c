#include "sample.h"

static void act(void) {
  KeEnterCriticalRegion();
}
