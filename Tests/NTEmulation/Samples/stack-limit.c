#include "sample.h"

static void act(void) {
  UCHAR large[0x3800];
  // The compiler must take it for used.
  __asm__ volatile("" : : "r"(large) : "memory");
  LARGE_INTEGER time;
  KeQuerySystemTimePrecise(&time);
  __asm__ volatile("" : : "r"(large) : "memory");
}
