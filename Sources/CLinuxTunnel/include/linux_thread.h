// What a thread can say of itself.
#ifndef NEEDLETAIL_LINUX_THREAD_H
#define NEEDLETAIL_LINUX_THREAD_H

#include <stdint.h>

/// Names the calling thread; at most 15 bytes count.
void linux_thread_set_name(const char *_Nonnull name);

/// The number of the clock of the processor time that the calling thread uses; 0 when there is none. Any thread of the
/// process may read the clock for as long as this one lives.
int linux_thread_clock(void);

/// What such a clock shows, in nanoseconds; 0 when its thread has ended.
uint64_t linux_clock_nanoseconds(int clock);

#endif
