// NDIS owns the device objects of miniports and their dispatch routines. Five requests, removal and the end of handles
// are looked at here first; everything else goes on to NDIS. PASSIVE_LEVEL.
#include "device.h"

#include "adapter.h"

static PDRIVER_DISPATCH next_control, next_create, next_cleanup, next_pnp;
static LIST_ENTRY adapters;
/// Guards the list.
static FAST_MUTEX adapters_lock;

void nt_device_load(void) {
  InitializeListHead(&adapters);
  ExInitializeFastMutex(&adapters_lock);
}

void nt_device_add(struct nt_adapter *adapter) {
  ExAcquireFastMutex(&adapters_lock);
  InsertTailList(&adapters, &adapter->requests.link);
  ExReleaseFastMutex(&adapters_lock);
}

void nt_device_remove(struct nt_adapter *adapter) {
  ExAcquireFastMutex(&adapters_lock);
  RemoveEntryList(&adapter->requests.link);
  InitializeListHead(&adapter->requests.link);
  ExReleaseFastMutex(&adapters_lock);
}

// The adapter behind a device object, with a reference that `put` gives back; NULL when there is none (any more).
static struct nt_adapter *get(PDEVICE_OBJECT device) {
  struct nt_adapter *found = NULL;
  ExAcquireFastMutex(&adapters_lock);
  for (PLIST_ENTRY entry = adapters.Flink; entry != &adapters; entry = entry->Flink) {
    struct nt_adapter *adapter = CONTAINING_RECORD(entry, struct nt_adapter, requests.link);
    if (adapter->miniport.device == device && ExAcquireRundownProtection(&adapter->requests.users)) {
      found = adapter;
      break;
    }
  }
  ExReleaseFastMutex(&adapters_lock);
  return found;
}

static void put(struct nt_adapter *adapter) { ExReleaseRundownProtection(&adapter->requests.users); }

static NTSTATUS refuse(PIRP irp, NTSTATUS status) {
  irp->IoStatus.Status = status;
  irp->IoStatus.Information = 0;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return status;
}

// GET, OBSERVE and READ_LOG_LINE read; SET and ADAPTER_STATE, its query too, write.
static bool rights_of(ULONG code, ACCESS_MASK *rights) {
  switch (code) {
    case NT_IOCTL_GET:
    case NT_IOCTL_READ_LOG_LINE:
    case NT_IOCTL_OBSERVE:
      *rights = FILE_READ_DATA;
      return true;
    case NT_IOCTL_SET:
    case NT_IOCTL_STATE:
      *rights = FILE_WRITE_DATA;
      return true;
    default:
      return false;
  }
}

static NTSTATUS NTAPI device_control(PDEVICE_OBJECT device, PIRP irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
  ACCESS_MASK rights;
  if (!rights_of(code, &rights)) return next_control(device, irp);
  NTSTATUS status = nt_access_check(irp, rights);
  if (!NT_SUCCESS(status)) return refuse(irp, status);
  status = (NTSTATUS)shell_precheck(code, stack->Parameters.DeviceIoControl.InputBufferLength);
  if (!NT_SUCCESS(status)) return refuse(irp, status);
  struct nt_adapter *adapter = get(device);
  if (adapter == NULL) return refuse(irp, NDIS_STATUS_ADAPTER_REMOVED);
  status = adapter->requests.is_removing ? refuse(irp, NDIS_STATUS_ADAPTER_REMOVED) : nt_request(adapter, irp);
  put(adapter);
  return status;
}

static NTSTATUS NTAPI create(PDEVICE_OBJECT device, PIRP irp) {
  struct nt_adapter *adapter = get(device);
  bool is_removing = adapter != NULL && adapter->requests.is_removing;
  if (adapter != NULL) put(adapter);
  return is_removing ? refuse(irp, NDIS_STATUS_ADAPTER_REMOVED) : next_create(device, irp);
}

// The last handle of a file is closed: nobody is left to read what its readers wait for.
static NTSTATUS NTAPI cleanup(PDEVICE_OBJECT device, PIRP irp) {
  struct nt_adapter *adapter = get(device);
  if (adapter != NULL) {
    nt_log_readers_cancel(adapter, IoGetCurrentIrpStackLocation(irp)->FileObject);
    put(adapter);
  }
  return next_cleanup(device, irp);
}

static NTSTATUS NTAPI pnp(PDEVICE_OBJECT device, PIRP irp) {
  UCHAR minor = IoGetCurrentIrpStackLocation(irp)->MinorFunction;
  bool begins = minor == IRP_MN_QUERY_REMOVE_DEVICE || minor == IRP_MN_SURPRISE_REMOVAL;
  struct nt_adapter *adapter = begins || minor == IRP_MN_CANCEL_REMOVE_DEVICE ? get(device) : NULL;
  if (adapter != NULL) {
    InterlockedExchange(&adapter->requests.is_removing, begins);
    if (begins) nt_log_readers_cancel(adapter, NULL);
    put(adapter);
  }
  return next_pnp(device, irp);
}

static PDRIVER_DISPATCH exchange(PDRIVER_OBJECT driver, int major, PDRIVER_DISPATCH routine) {
  PDRIVER_DISPATCH old = driver->MajorFunction[major];
  driver->MajorFunction[major] = routine;
  return old;
}

void nt_device_interpose(PDRIVER_OBJECT driver) {
  next_control = exchange(driver, IRP_MJ_DEVICE_CONTROL, device_control);
  next_create = exchange(driver, IRP_MJ_CREATE, create);
  next_cleanup = exchange(driver, IRP_MJ_CLEANUP, cleanup);
  next_pnp = exchange(driver, IRP_MJ_PNP, pnp);
}
