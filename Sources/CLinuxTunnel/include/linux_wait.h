// Descriptors to wait on: timers, wake-ups, signals, and the set of all of them.
#ifndef NEEDLETAIL_LINUX_WAIT_H
#define NEEDLETAIL_LINUX_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/// One descriptor that is ready.
struct linux_ready {
  uint64_t tag;
  bool is_readable;
  bool is_writable;
  bool is_hung_up;
};

/// Opens an empty set.
int linux_set_open(void);

/// Adds `descriptor` to the set, or changes what is waited for when it is in it already. `tag` comes back with it.
int linux_set_put(int set, int descriptor, uint64_t tag, bool readable, bool writable);

/// Takes `descriptor` out of the set.
int linux_set_remove(int set, int descriptor);

/// Waits until something is ready or `timeout_ms` have passed (−1: for ever). Returns how many of at most 64 places of
/// `ready` were filled; an interrupting signal counts as nothing.
int linux_set_wait(int set, struct linux_ready *_Nonnull ready, int capacity, int timeout_ms);

/// Opens a timer on the boot-time clock.
int linux_timer_open(void);

/// Sets the timer to an instant in nanoseconds of the boot-time clock; 0 disarms it.
int linux_timer_set(int timer, uint64_t instant_ns);

/// Opens a counter that wakes whoever waits for it.
int linux_wake_open(void);

/// Wakes.
void linux_wake(int wake);

/// Takes a wake-up, or the expiry of a timer, back: the descriptor is no longer ready.
void linux_wake_clear(int descriptor);

/// Blocks SIGINT, SIGTERM and SIGHUP in this thread and opens a descriptor that delivers them. SIGPIPE is ignored.
int linux_signals_open(void);

/// The number of the signal that was delivered, 0 when there is none.
int linux_signals_take(int signals);

/// Waits until one of three descriptors is readable; negative ones are skipped. Returns a bit for each that is.
int linux_wait_readable(int first, int second, int third, int timeout_ms);

/// Sleeps so many nanoseconds, less than a second, or until a signal interrupts.
void linux_rest(uint32_t nanoseconds);

/// Waits until a descriptor can be written to: 1, or 0 when `timeout_ms` have passed.
int linux_wait_writable(int descriptor, int timeout_ms);

#endif
