#include "sample.h"

static void act(void) {
  static DEVICE_OBJECT device;
  IoDetachDevice(&device);
}
