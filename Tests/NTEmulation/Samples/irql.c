#include "sample.h"

static void act(PDRIVER_OBJECT driver) {
  UNREFERENCED_PARAMETER(driver);
  KIRQL before = KeRaiseIrqlToDpcLevel();
  HANDLE thread;
  PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, NULL, NULL);
  KeLowerIrql(before);
}
