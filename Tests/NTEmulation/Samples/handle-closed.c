#include "sample.h"

static void act(void) {
  ZwClose((HANDLE)0x1000);
}
