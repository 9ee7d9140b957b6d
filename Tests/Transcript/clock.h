// What the replay and the daemon's preloaded clock share.
#pragma once

#include <stdint.h>

struct transcript_clock {
  /// Where the clock of the ages stands.
  uint64_t boot_ns;
  /// Wall clock in seconds when it stood at 0.
  uint64_t epoch_s;
  uint64_t seed;
};
