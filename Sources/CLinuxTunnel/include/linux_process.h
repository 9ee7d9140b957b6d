// The process itself: going into the background, and giving up what it does not need.
#ifndef NEEDLETAIL_LINUX_PROCESS_H
#define NEEDLETAIL_LINUX_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

/// Goes on in a process of its own, in a session of its own, while the calling process waits for
/// `linux_process_settle` and ends with the status it says, having printed its message. For a process with one thread.
/// Returns what `linux_process_settle` wants; on failure nothing has happened.
int linux_process_detach(void);

/// Lets the process that called `linux_process_detach` end with `status`, after it has printed `message`.
void linux_process_settle(int parent, uint8_t status, const char *_Nonnull message);

/// Turns standard input and output, and standard error too unless it is to be kept, to /dev/null, and moves to the root
/// directory.
void linux_process_hide(bool keeps_error);

/// Gives up every capability but those to administer interfaces and to bind low ports, and the way to get others. Acts
/// on this thread and those it starts.
int linux_process_drop_privileges(void);

/// Forbids core dumps and looking into the process.
int linux_process_forbid_dumps(void);

/// Keeps every page, as soon as it is used, out of the swap space. For a process that may still raise limits.
int linux_process_lock_memory(void);

/// Gives back the pages of programs and constants that were needed to start; those that are still needed come again.
void linux_process_forget_startup(void);

/// Whether standard error leads to the system's journal, as the process that started this one says.
bool linux_process_logs_to_journal(void);

/// Writes a line to standard error.
void linux_log_error(const char *_Nonnull line, uint32_t length_bytes);

/// Hands a line to the system's log, with one of syslog's priorities.
void linux_log_system(int priority, const char *_Nonnull line);

/// Opens a descriptor that becomes readable when the machine wakes up or its clock is set.
int linux_clock_watch_open(void);

/// Takes the readiness back.
void linux_clock_watch_clear(int watch);

/// Nanoseconds that the machine has slept since it was started.
uint64_t linux_time_slept(void);

#endif
