#include "sample.h"

static void act(void) {
  KIRQL before = KeRaiseIrqlToDpcLevel();
  HANDLE thread;
  PsCreateSystemThread(&thread, 0, NULL, NULL, NULL, NULL, NULL);
  KeLowerIrql(before);
}
