// What Wine's plug and play asks the bus and its devices.
#include "bus.h"

volatile LONG relations_asked;

static NTSTATUS relations(PIRP irp) {
  ULONG count = 0;
  InterlockedIncrement(&relations_asked);
  for (struct child *child = children; child != NULL; child = child->next) count += !child->is_disabled;
  DEVICE_RELATIONS *list = ExAllocatePoolWithTag(PagedPool, sizeof *list + count * sizeof(PDEVICE_OBJECT), 'dwSN');
  if (list == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  list->Count = 0;
  for (struct child *child = children; child != NULL; child = child->next) {
    if (child->is_disabled || child->device == NULL) continue;
    ObReferenceObject(child->device);
    child->is_reported = TRUE;
    list->Objects[list->Count++] = child->device;
  }
  irp->IoStatus.Information = (ULONG_PTR)list;
  return STATUS_SUCCESS;
}

// The text of an identifier and two zeros, which end a list of them.
static NTSTATUS identify(const struct child *child, PIRP irp, BUS_QUERY_ID_TYPE type) {
  const WCHAR *text;
  SIZE_T length = 0;
  switch (type) {
    case BusQueryDeviceID:
      text = L"SWD\\Needletail\0";
      break;
    case BusQueryInstanceID:
      text = child->made.instance;
      break;
    case BusQueryHardwareIDs:
      text = child->made.hardware_ids;
      break;
    case BusQueryCompatibleIDs:
      text = L"SWD\\Generic";
      break;
    default:
      return irp->IoStatus.Status;
  }
  while (text[length] != 0) length++;
  WCHAR *copy = ExAllocatePoolWithTag(PagedPool, (length + 2) * sizeof(WCHAR), 'dwSN');
  if (copy == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  memcpy(copy, text, length * sizeof(WCHAR));
  copy[length] = copy[length + 1] = 0;
  irp->IoStatus.Information = (ULONG_PTR)copy;
  return STATUS_SUCCESS;
}

static NTSTATUS child_pnp(PDEVICE_OBJECT device, PIRP irp) {
  struct child *child = *(struct child **)device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  switch (stack->MinorFunction) {
    case IRP_MN_QUERY_ID:
      return identify(child, irp, stack->Parameters.QueryId.IdType);
    case IRP_MN_QUERY_CAPABILITIES:
      stack->Parameters.DeviceCapabilities.Capabilities->UniqueID = TRUE;
      return STATUS_SUCCESS;
    case IRP_MN_START_DEVICE:
      child->is_started = TRUE;
      return STATUS_SUCCESS;
    case IRP_MN_SURPRISE_REMOVAL:
    case IRP_MN_QUERY_REMOVE_DEVICE:
    case IRP_MN_CANCEL_REMOVE_DEVICE:
      return STATUS_SUCCESS;
    case IRP_MN_REMOVE_DEVICE:
      child->is_started = FALSE;
      child->device = NULL;
      return STATUS_SUCCESS;
  }
  return irp->IoStatus.Status;
}

NTSTATUS NTAPI bus_pnp(PDEVICE_OBJECT device, PIRP irp) {
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  BOOLEAN is_removal = device != bus && stack->MinorFunction == IRP_MN_REMOVE_DEVICE;
  NTSTATUS status = irp->IoStatus.Status;
  if (device != bus) status = child_pnp(device, irp);
  else if (stack->MinorFunction == IRP_MN_QUERY_DEVICE_RELATIONS &&
      stack->Parameters.QueryDeviceRelations.Type == BusRelations)
    status = relations(irp);
  irp->IoStatus.Status = status;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  if (is_removal) IoDeleteDevice(device);
  return status;
}
