// The trace of a run: who ran when, and each datagram. Two runs of one seed have the same.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum trace_kind { TRACE_RUN, TRACE_TIME, TRACE_SENT, TRACE_LOST, TRACE_TAKEN, TRACE_TEST };

void trace_add(enum trace_kind kind, uint64_t number, const void *bytes, size_t length_bytes);
/// A hash of everything so far.
uint64_t trace_hash(void);
uint64_t trace_bytes(void);
/// Writes everything from now on to a file as well. 0 on failure.
int trace_open(const char *path);
