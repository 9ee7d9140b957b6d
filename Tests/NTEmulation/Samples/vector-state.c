#include "sample.h"

static void act(void) {
  XSTATE_SAVE state;
  KeSaveExtendedProcessorState(4, &state);
}
