#include "sample.h"

// Raises where nobody catches it.
static void act(void) { ProbeForRead((PVOID)1, 4, 4); }
