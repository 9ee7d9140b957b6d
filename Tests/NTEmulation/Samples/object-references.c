#include "sample.h"

static void act(void) {
  PVOID thread = PsGetCurrentThread();
  ObReferenceObject(thread);
  ObDereferenceObject(thread);
  for (;;) ObDereferenceObject(thread);
}
