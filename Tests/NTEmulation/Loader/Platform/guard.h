// Guarded memory, for platform_memory_take; tests turn it on with nt_memory_guard of emulation.h.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// From now on, memory is guarded, or not.
void nt_memory_guard(int on);
/// Zeroed memory that ends before a page that cannot be touched; NULL when it is off, or the block is too long.
void *guard_take(size_t length_bytes);
/// 0 when the place is not guarded memory.
int guard_give_back(void *place);
