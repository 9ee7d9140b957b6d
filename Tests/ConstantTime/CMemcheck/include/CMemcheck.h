// Client requests to valgrind's memcheck, which Swift cannot import: they are macros of inline assembly.
#ifndef NEEDLETAIL_CMEMCHECK_H
#define NEEDLETAIL_CMEMCHECK_H

#include <stddef.h>
#include <stdint.h>

/// Whether this process runs under memcheck; 0 too when the package was built without valgrind's headers.
int memcheck_is_running(void);
/// Makes memcheck report every branch and address that depends on these bytes.
void memcheck_make_secret(const void *_Nonnull place, size_t length_bytes);
/// Ends that: whatever the bytes were computed from, they may be looked at.
void memcheck_make_public(const void *_Nonnull place, size_t length_bytes);
/// How many reports memcheck has made.
uint64_t memcheck_report_count(void);

#endif
