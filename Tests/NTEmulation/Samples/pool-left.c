#include "sample.h"

static void act(PDRIVER_OBJECT driver) {
  UNREFERENCED_PARAMETER(driver);
  ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG);
}
