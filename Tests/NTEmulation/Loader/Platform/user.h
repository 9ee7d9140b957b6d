// Faults in the functions that touch a process' memory.
#pragma once

#include <stdint.h>

/// Where a thread goes on that faulted in this code; 0 when it is not that of these functions.
uintptr_t user_recovery(uintptr_t code);
