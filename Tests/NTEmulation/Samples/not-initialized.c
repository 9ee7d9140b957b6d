#include "sample.h"

static void act(void) {
  KDPC dpc;
  RtlZeroMemory(&dpc, sizeof dpc);
  KeInsertQueueDpc(&dpc, NULL, NULL);
}
