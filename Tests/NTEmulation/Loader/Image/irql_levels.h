// At which IRQL a function may be called.
#pragma once

#include <stdint.h>

struct irql_levels {
  const char *function;
  uint8_t lowest, highest;
};

/// 0: the function is not in the table.
int irql_levels_of(const char *function, struct irql_levels *result);
