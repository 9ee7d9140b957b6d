// Requests, one after the other.
#include "bus.h"

// Everything that plug and play does takes other drivers and services: a thread of its own, one request after the
// other.
struct job {
  PIRP irp;
  void *owner;
};

static KSPIN_LOCK lock;

static NTSTATUS answer(PIRP irp, void *owner) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  void *buffer = irp->AssociatedIrp.SystemBuffer;
  struct child *child;
  irp->IoStatus.Information = 0;
  switch (stack->Parameters.DeviceIoControl.IoControlCode) {
    case SWD_CREATE:
      return child_create(buffer, owner);
    case SWD_DISABLE:
      return child_change(buffer, TRUE);
    case SWD_ENABLE:
      return child_change(buffer, FALSE);
    case SWD_IS_LOADED:
      *(ULONG *)buffer = driver_is_loaded();
      irp->IoStatus.Information = sizeof(ULONG);
      return STATUS_SUCCESS;
    case SWD_STATUS:
      if ((child = child_find(buffer)) == NULL) return STATUS_NOT_FOUND;
      *(struct swd_status *)buffer =
          (struct swd_status){child->is_started, child->is_disabled, child->device != NULL &&
              child->device->AttachedDevice != NULL};
      irp->IoStatus.Information = sizeof(struct swd_status);
      return STATUS_SUCCESS;
  }
  return STATUS_INVALID_DEVICE_REQUEST;
}

static KSEMAPHORE waiting;
static struct job jobs[256];
static ULONG first_job, next_job;

static void NTAPI work(PVOID context) {
  UNREFERENCED_PARAMETER(context);
  for (;;) {
    KeWaitForSingleObject(&waiting, Executive, KernelMode, FALSE, NULL);
    struct job job = jobs[first_job++ % 256];
    if (job.irp == NULL) {
      child_remove_of(job.owner);
      continue;
    }
    job.irp->IoStatus.Status = answer(job.irp, job.owner);
    IoCompleteRequest(job.irp, IO_NO_INCREMENT);
  }
}

void work_queue(PIRP irp, void *owner) {
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  jobs[next_job++ % 256] = (struct job){irp, owner};
  KeReleaseSpinLock(&lock, irql);
  KeReleaseSemaphore(&waiting, IO_NO_INCREMENT, 1, FALSE);
}

NTSTATUS work_begin(void) {
  OBJECT_ATTRIBUTES attributes;
  HANDLE thread;
  KeInitializeSpinLock(&lock);
  KeInitializeSemaphore(&waiting, 0, 256);
  InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
  return PsCreateSystemThread(&thread, 0, &attributes, NULL, NULL, work, NULL);
}
