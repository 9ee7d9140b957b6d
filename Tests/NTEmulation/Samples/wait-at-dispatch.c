#include "sample.h"

static void act(void) {
  KEVENT event;
  KeInitializeEvent(&event, NotificationEvent, TRUE);
  KIRQL before = KeRaiseIrqlToDpcLevel();
  KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
  KeLowerIrql(before);
}
