// What a thread can say of itself.
#ifndef NEEDLETAIL_LINUX_THREAD_H
#define NEEDLETAIL_LINUX_THREAD_H

/// Names the calling thread; at most 15 bytes count.
void linux_thread_set_name(const char *_Nonnull name);

#endif
