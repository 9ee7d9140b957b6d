// READ_LOG_LINE: a reader that finds no line waits as an IRP that can be cancelled at any moment. Lines go to readers
// in the order they came. PASSIVE_LEVEL; the list of readers behind a spin lock, for cancellation.
#include "adapter.h"

static struct nt_requests *of(PIO_CSQ queue) { return CONTAINING_RECORD(queue, struct nt_requests, readers); }

// With a context the IRP goes to the front: it was there before.
static NTSTATUS NTAPI insert(PIO_CSQ queue, PIRP irp, PVOID to_front) {
  if (to_front != NULL)
    InsertHeadList(&of(queue)->reader_list, &irp->Tail.Overlay.ListEntry);
  else
    InsertTailList(&of(queue)->reader_list, &irp->Tail.Overlay.ListEntry);
  return STATUS_SUCCESS;
}

static VOID NTAPI remove(PIO_CSQ queue, PIRP irp) {
  UNREFERENCED_PARAMETER(queue);
  RemoveEntryList(&irp->Tail.Overlay.ListEntry);
}

// The next reader after `irp`; with a context, the next one of that file.
static PIRP NTAPI peek(PIO_CSQ queue, PIRP irp, PVOID file) {
  PLIST_ENTRY head = &of(queue)->reader_list;
  PLIST_ENTRY entry = irp == NULL ? head->Flink : irp->Tail.Overlay.ListEntry.Flink;
  for (; entry != head; entry = entry->Flink) {
    PIRP next = CONTAINING_RECORD(entry, IRP, Tail.Overlay.ListEntry);
    if (file == NULL || IoGetCurrentIrpStackLocation(next)->FileObject == file) return next;
  }
  return NULL;
}

static VOID NTAPI acquire(PIO_CSQ queue, PKIRQL irql) { KeAcquireSpinLock(&of(queue)->reader_lock, irql); }

static VOID NTAPI release(PIO_CSQ queue, KIRQL irql) { KeReleaseSpinLock(&of(queue)->reader_lock, irql); }

static void complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
  irp->IoStatus.Status = status;
  irp->IoStatus.Information = information;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
}

// Ends a reader that waited. With the last one the queue may go.
static void end_reader(struct nt_requests *requests, PIRP irp, NTSTATUS status, ULONG_PTR information) {
  complete(irp, status, information);
  ExReleaseRundownProtection(&requests->waiting);
}

static VOID NTAPI complete_canceled(PIO_CSQ queue, PIRP irp) { end_reader(of(queue), irp, STATUS_CANCELLED, 0); }

void nt_log_readers_init(struct nt_adapter *adapter) {
  struct nt_requests *requests = &adapter->requests;
  InitializeListHead(&requests->reader_list);
  ExInitializeRundownProtection(&requests->waiting);
  KeInitializeSpinLock(&requests->reader_lock);
  KeInitializeEvent(&requests->handing, SynchronizationEvent, TRUE);
  IoCsqInitializeEx(&requests->readers, insert, remove, peek, acquire, release, complete_canceled);
}

static NTSTATUS read_line(struct nt_adapter *adapter, PIRP irp, uint64_t *information) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  return (NTSTATUS)shell_read_log_line(
      adapter->shell, irp->AssociatedIrp.SystemBuffer, stack->Parameters.DeviceIoControl.OutputBufferLength,
      information);
}

static void begin_handing(struct nt_requests *requests) {
  KeEnterCriticalRegion();
  KeWaitForSingleObject(&requests->handing, Executive, KernelMode, FALSE, NULL);
}

static void end_handing(struct nt_requests *requests) {
  KeSetEvent(&requests->handing, IO_NO_INCREMENT, FALSE);
  KeLeaveCriticalRegion();
}

// Hands lines to waiting readers until one of both has run out.
static void hand_out(struct nt_adapter *adapter) {
  struct nt_requests *requests = &adapter->requests;
  begin_handing(requests);
  PIRP irp;
  while ((irp = IoCsqRemoveNextIrp(&requests->readers, NULL)) != NULL) {
    uint64_t information = 0;
    NTSTATUS status = read_line(adapter, irp, &information);
    if (status == STATUS_PENDING) {
      IoCsqInsertIrpEx(&requests->readers, irp, NULL, requests);
      break;
    }
    end_reader(requests, irp, status, (ULONG_PTR)information);
  }
  end_handing(requests);
}

void host_log_ready(void *adapter) { hand_out(adapter); }

NTSTATUS nt_log_read(struct nt_adapter *adapter, PIRP irp) {
  // Whoever waits already is first: a line that is there goes to the front of the queue, not to us.
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  if (stack->Parameters.DeviceIoControl.OutputBufferLength < NT_LOG_ENTRY) {
    complete(irp, STATUS_BUFFER_TOO_SMALL, 0);
    return STATUS_BUFFER_TOO_SMALL;
  }
  // The adapter does not go before its requests are under way no more, and this is one.
  ExAcquireRundownProtection(&adapter->requests.waiting);
  IoCsqInsertIrpEx(&adapter->requests.readers, irp, NULL, NULL);
  hand_out(adapter);
  // Removal may have begun before the IRP was in the queue.
  if (adapter->requests.is_removing) nt_log_readers_cancel(adapter, NULL);
  return STATUS_PENDING;
}

void nt_log_readers_cancel(struct nt_adapter *adapter, PFILE_OBJECT file) {
  // A reader for whom there was no line may be on its way back into the queue.
  begin_handing(&adapter->requests);
  PIRP irp;
  while ((irp = IoCsqRemoveNextIrp(&adapter->requests.readers, file)) != NULL)
    end_reader(&adapter->requests, irp, STATUS_CANCELLED, 0);
  end_handing(&adapter->requests);
}

void nt_log_readers_close(struct nt_adapter *adapter) {
  nt_log_readers_cancel(adapter, NULL);
  // Whoever cancels a reader himself has taken it out of the queue, but looks at the queue once more.
  ExWaitForRundownProtectionRelease(&adapter->requests.waiting);
}
