// What the parts of the emulated kernel share: the thread, its IRQL, the two locks it is built of, and the checks in
// the manner of Driver Verifier. Nothing here is seen by drivers.
#pragma once

#define _CRT_SECURE_NO_WARNINGS
#include <ntifs.h>
#include <stdarg.h>
#include <stdint.h>

#include "../../Loader/Platform/platform.h"

#define EMUL_PROCESSORS 2u
#define EMUL_FOR_EVER UINT64_MAX
/// A kernel stack on x86-64, and how much of it those who call a driver on theirs leave to it.
#define EMUL_STACK_BYTES 0x6000
#define EMUL_STACK_LEFT_BYTES 0x3000

struct emul_thread;

/// What GS points at: the fields of the processor control region that code compiled for the kernel reads inline.
struct emul_region {
  uint8_t before_limit[0x10];
  /// What a driver's stack pointer may not be below; looked at by the gate in front of each import (Loader/Image).
  uint64_t stack_limit;
  struct emul_region *self;
  uint8_t before_irql[0x50 - 0x20];
  uint8_t irql;
  uint8_t before_processor[0x184 - 0x51];
  uint32_t processor;
  struct emul_thread *thread;
};
_Static_assert(__builtin_offsetof(struct emul_region, stack_limit) == 0x10, "stack limit");
_Static_assert(__builtin_offsetof(struct emul_region, irql) == 0x50, "irql");
_Static_assert(__builtin_offsetof(struct emul_region, thread) == 0x188, "thread");

/// One wait of one thread for one object; linked into the object's WaitListHead.
struct emul_wait_block {
  LIST_ENTRY link;
  struct emul_thread *thread;
  DISPATCHER_HEADER *object;
  NTSTATUS status;
};

/// A thread. Its first field makes it a PKTHREAD that can be waited for.
struct emul_thread {
  DISPATCHER_HEADER header;
  struct emul_region region;
  uint64_t affinity;
  /// The host's clock of the thread's own time.
  int64_t clock;
  // the wait it is in, under the dispatcher's lock
  uint32_t woken, wait_count;
  NTSTATUS wait_status;
  BOOLEAN wait_all;
  struct emul_wait_block blocks[MAXIMUM_WAIT_OBJECTS];
  // what it must have given back before it ends or returns
  uint32_t spin_lock_count, mutex_count, critical_depth, saved_state_count;
  /// The vector states it has saved, the last first.
  struct _XSTATE_SAVE *saved_states;
  /// The upper halves of its 256-bit registers hold the mark (ke/vectors.c).
  BOOLEAN is_marked;
  PKSTART_ROUTINE start;
  void *context;
  NTSTATUS exit_status;
  /// Above zero while the emulation works for itself: nothing is refused.
  uint32_t own_depth;
  /// A system thread of the driver; the others are the test's and the emulation's own.
  BOOLEAN is_system;
};

static inline struct emul_thread *emul_self(void) {
  struct emul_thread *thread;
  __asm__ volatile("movq %%gs:0x188, %0" : "=r"(thread));
  return thread;
}

static inline KIRQL emul_irql(void) { return emul_self()->region.irql; }

/// Changes the IRQL either way. At DISPATCH_LEVEL and above a thread holds its processor: no two do at a time.
void emul_irql_set(KIRQL irql);

// printf to the log; the other ends the process, as a bug check does
void emul_log(const char *format, ...);
_Noreturn void emul_fail(const char *format, ...);

// ke: vectors
/// Marks the upper halves of the calling thread's 256-bit registers: nobody else uses them.
void emul_vectors_mark(void);
/// The thread leaves the driver, or runs code of the host: its registers are nobody's concern.
void emul_vectors_forget(void);
/// Ends the process when the thread's mark is damaged.
void emul_vectors_check(const char *where);

/// Ends the process when the caller's IRQL is above what the function's documentation allows, or when the caller has
/// used registers that it had to save first.
#define IRQL_AT_MOST(level)                                                                         \
  do {                                                                                              \
    emul_vectors_check(__func__);                                                                   \
    if (emul_irql() > (level)) emul_fail("irql: %s at %u, at most %u", __func__, emul_irql(), (level)); \
  } while (0)

/// A lock that sleeps below the emulation: whoever waits, at any IRQL, is at rest.
struct emul_mutex {
  uint32_t state;  // 0 free, 1 held, 2 held and waited for
};

static inline BOOLEAN emul_mutex_try(struct emul_mutex *mutex) {
  uint32_t free = 0;
  return __atomic_compare_exchange_n(&mutex->state, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void emul_mutex_lock(struct emul_mutex *mutex) {
  platform_point();
  if (emul_mutex_try(mutex)) return;
  while (__atomic_exchange_n(&mutex->state, 2, __ATOMIC_ACQUIRE) != 0)
    platform_futex_wait(&mutex->state, 2, EMUL_FOR_EVER);
}

static inline void emul_mutex_unlock(struct emul_mutex *mutex) {
  if (__atomic_exchange_n(&mutex->state, 0, __ATOMIC_RELEASE) == 2) platform_futex_wake(&mutex->state, 1);
}

// ke: the parts the rest of the kernel uses
/// The lock over every dispatcher object, timer and wait.
extern struct emul_mutex emul_dispatcher;
/// Gives what a signaled object has to give to its waiters. Under the dispatcher's lock.
void emul_wake_waiters(DISPATCHER_HEADER *object);
void emul_header_initialize(DISPATCHER_HEADER *header, UCHAR type, ULONG size, LONG state);
/// Starts the threads that run DPCs, timers and work items.
void emul_dpcs_start(void);
void emul_timers_start(void);
void emul_work_start(void);
void emul_watch_start(void);
/// The calling thread has taken a processor, or gives it up.
void emul_watch_begin(uint32_t processor);
void emul_watch_end(uint32_t processor);
/// A boot-clock deadline from a KeWait-style timeout: NULL for ever, negative relative, else absolute system time.
uint64_t emul_deadline_ns(const LARGE_INTEGER *timeout);

// ps: threads
/// Makes the calling host thread one of the kernel's.
struct emul_thread *emul_thread_attach(void);
/// Starts a thread of the emulation's own that never ends.
void emul_thread_start(PKSTART_ROUTINE routine, void *context);
/// Ends the process when a timer, or a DPC, that is set or queued lies in memory that is freed.
void emul_timers_check_freed(const void *place, size_t length_bytes);
void emul_dpcs_check_freed(const void *place, size_t length_bytes);
/// Ends the process if the thread holds what it must not when it returns from the driver.
void emul_thread_check(const char *after);

// ob: objects with a count
void *emul_object_create(size_t length_bytes, void (*destroy)(void *));
HANDLE emul_handle_create(void *object);
void *emul_handle_object(HANDLE handle);

// io
/// A request of a process, as the I/O manager keeps it; its IRP is gone when it is complete.
struct emul_completion {
  IO_STATUS_BLOCK status_block;
  KEVENT done;
  PIRP irp;
  /// Whether it was marked pending when it was completed.
  BOOLEAN is_complete, was_pending, is_being_cancelled;
};
#define EMUL_IRP_BYTES (sizeof(IRP) + 4 * sizeof(IO_STACK_LOCATION))
void emul_completion_begin(struct emul_completion *completion);
void emul_completion_end(struct emul_completion *completion);
/// What the I/O manager does last.
void emul_complete(PIRP irp);
/// Whether a cancel routine was called.
BOOLEAN emul_completion_cancel(struct emul_completion *completion);
/// Whether its driver has marked a request pending, at this stack location of its own.
BOOLEAN emul_irp_was_marked(struct emul_completion *completion, const IO_STACK_LOCATION *location);

// ex
/// Whether this call is the one that a test wants refused: what can fail asks first. `caller` is where it returns to.
BOOLEAN emul_must_fail(void *caller);
/// The driver whose calls may be refused.
void emul_failure_image(const void *base);
/// A place in the driver that calls something which can fail: where the call returns to.
struct emul_call_site {
  uint32_t offset, reached, failed;
};
void emul_pool_count(uint64_t *allocations, uint64_t *bytes);
/// Memory for a driver, guarded while special pool is on. Revoked, it faults when it is touched, and must still be
/// given back; kinds are in platform.h. Behind memory that is not guarded there is this much more.
#define EMUL_BEHIND_PLAIN 16
void *EmulGuardedTake(size_t length_bytes, uint32_t kind);
void EmulGuardedRevoke(void *place, size_t length_bytes);
void EmulGuardedGiveBack(void *place, size_t length_bytes);
/// Whether the place was guarded memory and has been revoked or given back.
BOOLEAN EmulGuardedIsGone(const void *place);
