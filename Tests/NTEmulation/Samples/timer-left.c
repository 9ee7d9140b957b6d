#include "sample.h"

static void act(void) {
  static KTIMER timer;
  KeInitializeTimer(&timer);
  LARGE_INTEGER due = {.QuadPart = -600000000};
  KeSetTimer(&timer, due, NULL);
}
