#include "sample.h"

static void act(void) {
  KeBugCheckEx(0xe2, 1, 2, 3, 4);
}
