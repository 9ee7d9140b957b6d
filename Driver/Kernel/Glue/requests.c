// The requests on an adapter, at PASSIVE_LEVEL in the caller's thread. Access has been checked; the adapter stays.
#include "adapter.h"
#include "device.h"

void nt_requests_init(struct nt_adapter *adapter) {
  struct nt_requests *requests = &adapter->requests;
  InitializeListHead(&requests->link);
  ExInitializeRundownProtection(&requests->users);
  KeInitializeEvent(&requests->turn, SynchronizationEvent, TRUE);
  nt_log_readers_init(adapter);
}

static void take_turn(struct nt_adapter *adapter) {
  // A thread that is suspended in its turn would stop everybody else's.
  KeEnterCriticalRegion();
  KeWaitForSingleObject(&adapter->requests.turn, Executive, KernelMode, FALSE, NULL);
}

static void end_turn(struct nt_adapter *adapter) {
  KeSetEvent(&adapter->requests.turn, IO_NO_INCREMENT, FALSE);
  KeLeaveCriticalRegion();
}

void nt_requests_open(struct nt_adapter *adapter) { nt_device_add(adapter); }

void nt_requests_close(struct nt_adapter *adapter) {
  nt_device_remove(adapter);
  ExWaitForRundownProtectionRelease(&adapter->requests.users);
  nt_log_readers_close(adapter);
}

void nt_requests_quiesce(struct nt_adapter *adapter) {
  take_turn(adapter);
  shell_quiesce(adapter->shell);
  end_turn(adapter);
}

void nt_requests_resume(struct nt_adapter *adapter) {
  take_turn(adapter);
  shell_resume(adapter->shell);
  end_turn(adapter);
}

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information) {
  irp->IoStatus.Status = status;
  irp->IoStatus.Information = information;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return status;
}

// The buffer that METHOD_IN_DIRECT and METHOD_OUT_DIRECT describe; false when there is one that cannot be mapped.
// Not every I/O manager leaves the MDL out when the buffer is empty.
static bool direct_buffer(PIRP irp, ULONG length, uint8_t **place) {
  *place = NULL;
  if (irp->MdlAddress == NULL || length == 0) return true;
  *place = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority | MdlMappingNoExecute);
  return *place != NULL;
}

// GET and OBSERVE: what is asked for goes into the caller's buffer.
static NTSTATUS get(struct nt_adapter *adapter, PIRP irp, ULONG code, ULONG length, uint64_t *information) {
  uint8_t *output;
  if (!direct_buffer(irp, length, &output)) return STATUS_INSUFFICIENT_RESOURCES;
  if (output == NULL) length = 0;
  take_turn(adapter);
  shell_status status = code == NT_IOCTL_OBSERVE ? shell_observe(adapter->shell, output, length, information)
                                                 : shell_read(adapter->shell, output, length, information);
  end_turn(adapter);
  return (NTSTATUS)status;
}

// The caller may write to its buffer while it is read: the shell gets a copy, which holds keys and is wiped.
static NTSTATUS set(struct nt_adapter *adapter, PIRP irp, ULONG length, uint64_t *information) {
  uint8_t *input;
  if (!direct_buffer(irp, length, &input)) return STATUS_INSUFFICIENT_RESOURCES;
  if (input == NULL) return STATUS_INVALID_PARAMETER;
  uint8_t *snapshot = nt_pool_take(length);
  if (snapshot == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  memcpy(snapshot, input, length);
  take_turn(adapter);
  NTSTATUS status = (NTSTATUS)shell_write(adapter->shell, snapshot, length, information);
  end_turn(adapter);
  RtlSecureZeroMemory(snapshot, length);
  nt_pool_give_back(snapshot);
  return status;
}

static NTSTATUS change_state(
    struct nt_adapter *adapter, PIRP irp, ULONG input_length, ULONG output_length, uint64_t *information) {
  take_turn(adapter);
  NTSTATUS status = (NTSTATUS)shell_state(
      adapter->shell, irp->AssociatedIrp.SystemBuffer, input_length, output_length, information);
  end_turn(adapter);
  return status;
}

NTSTATUS nt_request(struct nt_adapter *adapter, PIRP irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  ULONG input_length = stack->Parameters.DeviceIoControl.InputBufferLength;
  ULONG output_length = stack->Parameters.DeviceIoControl.OutputBufferLength;
  ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
  uint64_t information = 0;
  NTSTATUS status;
  switch (code) {
    case NT_IOCTL_GET:
    case NT_IOCTL_OBSERVE:
      status = get(adapter, irp, code, output_length, &information);
      break;
    case NT_IOCTL_SET:
      status = set(adapter, irp, output_length, &information);
      break;
    case NT_IOCTL_STATE:
      status = change_state(adapter, irp, input_length, output_length, &information);
      break;
    default:
      return nt_log_read(adapter, irp);
  }
  return complete(irp, status, (ULONG_PTR)information);
}
