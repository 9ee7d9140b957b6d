#include "sample.h"

static void act(void) {
  KeRaiseIrqlToDpcLevel();
}
