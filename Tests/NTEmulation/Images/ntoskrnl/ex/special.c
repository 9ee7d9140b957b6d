// Special pool: while it is on, what drivers get lies in guarded memory of the host (platform.h).
#include <emulation.h>

static BOOLEAN is_on;

/// From now on, memory for drivers is guarded (1), or not (0).
void EmulSpecialPool(uint32_t on) { is_on = on != 0; }

void *EmulGuardedTake(size_t length_bytes, uint32_t kind) {
  void *place = is_on ? platform_guarded_take(length_bytes, kind) : NULL;
  return place != NULL ? place : platform_memory_take(length_bytes + EMUL_BEHIND_PLAIN);
}

BOOLEAN EmulGuardedIsGone(const void *place) { return platform_guarded_state(place) == PLATFORM_GUARDED_GONE; }

void EmulGuardedRevoke(void *place, size_t length_bytes) {
  if (platform_guarded_state(place) == PLATFORM_GUARDED_LIVE) platform_guarded_give_back(place, length_bytes);
}

void EmulGuardedGiveBack(void *place, size_t length_bytes) {
  if (platform_guarded_state(place) == PLATFORM_GUARDED_NOT)
    platform_memory_give_back(place);
  else
    EmulGuardedRevoke(place, length_bytes);
}
