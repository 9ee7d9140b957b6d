#include "sample.h"

static void act(void) {
  KEVENT event;
  __asm__ volatile("vxorps %%ymm0, %%ymm0, %%ymm0" : : : "xmm0");
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  KeSetEvent(&event, 0, FALSE);
}
