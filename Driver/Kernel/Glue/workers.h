// The threads that work for an adapter.
#pragma once

#include <nt/kernel.h>

struct nt_adapter;

#define NT_WORKERS_MAX 8

struct nt_worker {
  struct nt_adapter *adapter;
  ULONG number;
  /// The thread object, referenced; NULL when there is no thread.
  PVOID thread;
#ifdef __x86_64__
  /// What the thread's wide vectors held before it borrowed them (vectors.c).
  XSTATE_SAVE vectors;
#endif
};

struct nt_workers {
  /// Wakes one worker.
  KEVENT wake;
  /// Wakes one worker at a time the shell chose.
  KTIMER timer;
  /// Ends all.
  KEVENT stop;
  ULONG count;
  struct nt_worker workers[NT_WORKERS_MAX];
};

/// One worker per processor, at most NT_WORKERS_MAX.
ULONG nt_workers_count(void);
/// Makes what wakes workers; from here on the shell may be made and may ask for them.
void nt_workers_init(struct nt_adapter *adapter);
/// Starts the threads; on failure none runs.
NTSTATUS nt_workers_open(struct nt_adapter *adapter);
/// Ends the threads and waits until they have ended.
void nt_workers_close(struct nt_adapter *adapter);
