// Looks for secrets in the part of the stack that finished functions have left behind.
#ifndef NEEDLETAIL_CSTACKPROBE_H
#define NEEDLETAIL_CSTACKPROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Calls `work` with `context` twice, then counts the places of the 16 KiB of stack below this function that hold one
/// of the `needle_count` needles of eight bytes.
size_t stackprobe_count(void (*_Nonnull work)(void *_Nullable context), void *_Nullable context,
                        const uint64_t *_Nonnull needles, size_t needle_count);

/// Leaves eight bytes on the stack behind it: a probe must find them.
void stackprobe_litter(uint64_t needle);

/// Whether this is a build with the address sanitizer, which lays out stacks of its own, with room between the
/// variables: what is left on them says nothing about a build without it.
bool stackprobe_is_sanitized(void);

#endif
