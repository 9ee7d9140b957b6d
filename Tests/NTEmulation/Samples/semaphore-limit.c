#include "sample.h"

static void act(void) {
  KSEMAPHORE semaphore;
  KeInitializeSemaphore(&semaphore, 1, 1);
  KeReleaseSemaphore(&semaphore, 0, 1, FALSE);
}
