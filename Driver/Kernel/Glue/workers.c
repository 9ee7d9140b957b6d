// System threads that call the shell. Created and ended at PASSIVE_LEVEL; woken from up to DISPATCH_LEVEL.
#include "adapter.h"

/// The bug check's code for a thread that cannot be waited for: "NdlW".
#define BUG_LOST_THREAD 0x576c644e

ULONG nt_workers_count(void) {
  ULONG processors = KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS);
  return processors < NT_WORKERS_MAX ? processors : NT_WORKERS_MAX;
}

void nt_workers_init(struct nt_adapter *adapter) {
  struct nt_workers *workers = &adapter->workers;
  KeInitializeEvent(&workers->wake, SynchronizationEvent, FALSE);
  KeInitializeTimerEx(&workers->timer, SynchronizationTimer);
  KeInitializeEvent(&workers->stop, NotificationEvent, FALSE);
  workers->count = nt_workers_count();
}

static bool is_stopping(struct nt_workers *workers) { return KeReadStateEvent(&workers->stop) != 0; }

// The event and the timer wake one thread each time. What comes while all work is not lost: a worker sleeps only after
// the shell has found nothing, and an event stays set until somebody has waited for it.
static VOID NTAPI run(PVOID context) {
  struct nt_worker *worker = context;
  struct nt_workers *workers = &worker->adapter->workers;
  PVOID signals[] = {&workers->stop, &workers->wake, &workers->timer};
  while (!is_stopping(workers)) {
    while (shell_work(worker->adapter->shell, worker->number) && !is_stopping(workers)) {
    }
    KeWaitForMultipleObjects(3, signals, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
  }
  PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS start(struct nt_worker *worker) {
  HANDLE handle;
  OBJECT_ATTRIBUTES attributes;
  InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
  NTSTATUS status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, run, worker);
  if (!NT_SUCCESS(status)) return status;
  status = ObReferenceObjectByHandle(handle, SYNCHRONIZE, NULL, KernelMode, &worker->thread, NULL);
  // The handle is the driver's own, so this cannot fail; a thread that could not be waited for would outlive us.
  if (!NT_SUCCESS(status)) KeBugCheckEx(BUG_LOST_THREAD, (ULONG_PTR)handle, (ULONG_PTR)status, 0, 0);
  ZwClose(handle);
  return STATUS_SUCCESS;
}

NTSTATUS nt_workers_open(struct nt_adapter *adapter) {
  struct nt_workers *workers = &adapter->workers;
  for (ULONG number = 0; number < workers->count; number++) {
    workers->workers[number].adapter = adapter;
    workers->workers[number].number = number;
    NTSTATUS status = start(&workers->workers[number]);
    if (!NT_SUCCESS(status)) {
      nt_workers_close(adapter);
      return status;
    }
  }
  return STATUS_SUCCESS;
}

void nt_workers_close(struct nt_adapter *adapter) {
  struct nt_workers *workers = &adapter->workers;
  KeSetEvent(&workers->stop, IO_NO_INCREMENT, FALSE);
  for (ULONG number = 0; number < workers->count; number++) {
    PVOID thread = workers->workers[number].thread;
    if (thread == NULL) continue;
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(thread);
    workers->workers[number].thread = NULL;
  }
  KeCancelTimer(&workers->timer);
}

void host_wake(void *adapter) {
  KeSetEvent(&((struct nt_adapter *)adapter)->workers.wake, IO_NETWORK_INCREMENT, FALSE);
}

void host_wake_at(void *context, uint64_t boot_time_ns) {
  struct nt_adapter *adapter = context;
  if (boot_time_ns == UINT64_MAX) {
    KeCancelTimer(&adapter->workers.timer);
    return;
  }
  uint64_t now = host_boot_time_ns(adapter);
  if (boot_time_ns <= now) {
    host_wake(adapter);
    return;
  }
  LARGE_INTEGER due;
  // Relative, rounded up: a worker that wakes early finds nothing and would have to be woken again.
  due.QuadPart = -(LONGLONG)((boot_time_ns - now + 99) / 100);
  KeSetTimer(&adapter->workers.timer, due, NULL);
}
