// ndis.sys: an adapter's life, as the stack above sees it, and what the miniport tells of it.
#include "ndis_parts.h"

#define HANDLERS (emul_driver_record.handlers)

NDIS_STATUS NTAPI NdisMSetMiniportAttributes(NDIS_HANDLE handle, PVOID attributes) {
  struct emul_adapter *adapter = handle;
  const NDIS_OBJECT_HEADER *header = attributes;
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && adapter->state == EMUL_INITIALIZING);
  if (MUST_FAIL()) return NDIS_STATUS_RESOURCES;
  switch (header->Type) {
    case NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES: {
      const NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES *registration = attributes;
      REQUIRE(adapter->attributes == 0 && header->Revision == 2 && header->Size == 0x1c);
      REQUIRE(registration->AttributeFlags == 0x24);
      adapter->context = registration->MiniportAdapterContext;
      adapter->attributes = 1;
      return NDIS_STATUS_SUCCESS;
    }
    case NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES: {
      const NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES *general = attributes;
      REQUIRE(adapter->attributes == 1 && header->Revision == 2 && header->Size == 0xe0);
      REQUIRE(general->MediaType == NdisMediumIP && general->IfType == IF_TYPE_PROP_VIRTUAL);
      REQUIRE(general->MtuSize == 0x7fffffa0 && general->LookaheadSize == general->MtuSize);
      REQUIRE(general->MaxXmitLinkSpeed == 100000000000ull && general->RcvLinkSpeed == 100000000000ull);
      REQUIRE(general->MediaConnectState == MediaConnectStateDisconnected && general->SupportedStatistics == 0x3f87ff);
      REQUIRE(general->MacAddressLength == 0 && general->SupportedOidListLength % sizeof(NDIS_OID) == 0);
      adapter->link = general->MediaConnectState;
      adapter->attributes = 2;
      return NDIS_STATUS_SUCCESS;
    }
    case NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES: {
      const NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES *offload = attributes;
      REQUIRE(adapter->attributes == 2);
      if (!emul_offload_takes(offload->HardwareOffloadCapabilities)) return NDIS_STATUS_INVALID_PARAMETER;
      emul_offload_attributes(adapter, offload);
      adapter->attributes = 3;
      return NDIS_STATUS_SUCCESS;
    }
    default:
      return NDIS_STATUS_NOT_SUPPORTED;
  }
}

VOID NTAPI NdisMGetDeviceProperty(
    NDIS_HANDLE handle, PDEVICE_OBJECT *physical, PDEVICE_OBJECT *functional, PDEVICE_OBJECT *next, PVOID resources,
    PVOID translated) {
  UNREFERENCED_PARAMETER(resources);
  UNREFERENCED_PARAMETER(translated);
  const struct emul_adapter *adapter = handle;
  if (physical != NULL) *physical = adapter->physical;
  if (functional != NULL) *functional = adapter->device;
  if (next != NULL) *next = adapter->next;
}

VOID NTAPI NdisMIndicateStatusEx(NDIS_HANDLE handle, NDIS_STATUS_INDICATION *indication) {
  struct emul_adapter *adapter = handle;
  REQUIRE(EmulIrql() <= DISPATCH_LEVEL && adapter->state != EMUL_HALTED);
  REQUIRE(indication->Header.Type == NDIS_OBJECT_TYPE_STATUS_INDICATION && indication->SourceHandle == adapter);
  if (indication->StatusCode == NDIS_STATUS_TASK_OFFLOAD_CURRENT_CONFIG) {
    emul_offload_indicated(adapter, indication);
    return;
  }
  REQUIRE(indication->StatusCode == NDIS_STATUS_LINK_STATE && indication->StatusBufferSize == sizeof(NDIS_LINK_STATE));
  const NDIS_LINK_STATE *state = indication->StatusBuffer;
  REQUIRE(state->MediaDuplexState == MediaDuplexStateFull && state->XmitLinkSpeed == 100000000000ull);
  adapter->link = state->MediaConnectState;
}

struct emul_adapter *emul_adapter_make(uint64_t luid, int32_t *status) {
  REQUIRE(emul_driver_record.is_registered);
  struct emul_adapter *adapter = EmulGuardedTake(sizeof *adapter, PLATFORM_GUARDED_ADAPTER);
  REQUIRE(adapter != NULL);
  adapter->luid = luid;
  KeInitializeSpinLock(&adapter->held_lock);
  *status = IoCreateDevice(emul_driver_record.object, 64, NULL, 0x17, 0, FALSE, &adapter->device);
  REQUIRE(NT_SUCCESS(*status));
  *(struct emul_adapter **)adapter->device->DeviceExtension = adapter;
  adapter->device->Flags = (adapter->device->Flags & ~(ULONG)DO_DEVICE_INITIALIZING) | DO_DIRECT_IO;
  return adapter;
}

int32_t emul_adapter_initialize(struct emul_adapter *adapter) {
  NDIS_MINIPORT_INIT_PARAMETERS parameters;
  memset(&parameters, 0, sizeof parameters);
  // No number that an interface of the host has.
  parameters.IfIndex = 1000 + ((ULONG)(adapter->luid | adapter->luid >> 24) & 0xff);
  parameters.NetLuid = adapter->luid;
  EmulVectorsMark();
  NDIS_STATUS status = HANDLERS.InitializeHandlerEx(adapter, NULL, &parameters);
  EmulThreadCheck("initialize");
  if (status != NDIS_STATUS_SUCCESS) return status;
  REQUIRE(adapter->attributes == 3);
  adapter->state = EMUL_PAUSED;
  return status;
}

void emul_adapter_unmake(struct emul_adapter *adapter) {
  IoDeleteDevice(adapter->device);
  EmulGuardedGiveBack(adapter, sizeof *adapter);
}

/// Makes an adapter of the driver that registered and initializes it; it is paused then. NULL with the status.
struct emul_adapter *EmulNdisAdd(uint64_t luid, int32_t *status) {
  struct emul_adapter *adapter = emul_adapter_make(luid, status);
  *status = emul_adapter_initialize(adapter);
  if (*status == NDIS_STATUS_SUCCESS) return adapter;
  emul_adapter_unmake(adapter);
  return NULL;
}

int32_t EmulNdisRestart(struct emul_adapter *adapter) {
  REQUIRE(adapter->state == EMUL_PAUSED);
  // The miniport may indicate before it returns.
  adapter->state = EMUL_RUNNING;
  EmulVectorsMark();
  NDIS_STATUS status = HANDLERS.RestartHandler(adapter->context, NULL);
  EmulThreadCheck("restart");
  return status;
}

int32_t EmulNdisPause(struct emul_adapter *adapter) {
  REQUIRE(adapter->state == EMUL_RUNNING);
  adapter->state = EMUL_PAUSING;
  EmulVectorsMark();
  NDIS_STATUS status = HANDLERS.PauseHandler(adapter->context, NULL);
  EmulThreadCheck("pause");
  adapter->state = EMUL_PAUSED;
  // Senders that come too late are refused, if not yet.
  while (adapter->sending != 0) platform_yield();
  REQUIRE_AS("nbl-not-completed", adapter->sent == 0);
  REQUIRE_AS("nbl-not-returned", adapter->indicated == 0);
  return status;
}

void emul_adapter_halt(struct emul_adapter *adapter) {
  REQUIRE(adapter->state == EMUL_PAUSED);
  EmulVectorsMark();
  HANDLERS.HaltHandlerEx(adapter->context, 0);
  EmulThreadCheck("halt");
  adapter->state = EMUL_HALTED;
  REQUIRE_AS("nbl-not-completed", adapter->sent == 0);
  REQUIRE_AS("nbl-not-returned", adapter->indicated == 0);
}

void EmulNdisHalt(struct emul_adapter *adapter) {
  emul_adapter_halt(adapter);
  emul_adapter_unmake(adapter);
}

void *EmulNdisDevice(struct emul_adapter *adapter) { return adapter->device; }

/// Whether the link is up.
uint32_t EmulNdisLink(struct emul_adapter *adapter) { return adapter->link == MediaConnectStateConnected; }

/// Asks (type 0) or sets (type 1) an object. Answers the status; `done` and `needed` as the miniport said.
int32_t EmulNdisOid(
    struct emul_adapter *adapter, uint32_t type, uint32_t oid, void *buffer, uint32_t length, uint32_t *done,
    uint32_t *needed) {
  NDIS_OID_REQUEST request;
  memset(&request, 0, sizeof request);
  request.RequestType = (NDIS_REQUEST_TYPE)type;
  request.Oid = oid;
  request.InformationBuffer = buffer;
  request.InformationBufferLength = length;
  EmulVectorsMark();
  NDIS_STATUS status = HANDLERS.OidRequestHandler(adapter->context, &request);
  EmulThreadCheck("an OID request");
  *done = request.BytesDone;
  *needed = request.BytesNeeded;
  return status;
}

static NTSTATUS NTAPI keep(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
  UNREFERENCED_PARAMETER(device);
  UNREFERENCED_PARAMETER(irp);
  *(volatile BOOLEAN *)context = TRUE;
  return STATUS_MORE_PROCESSING_REQUIRED;
}

/// Sends an IRP_MJ_PNP with this minor function to the adapter's device.
int32_t EmulNdisPnp(struct emul_adapter *adapter, uint32_t minor) {
  EmulOwn(1);
  PIRP irp = IoAllocateIrp(adapter->device->StackSize, FALSE);
  EmulOwn(-1);
  REQUIRE(irp != NULL);
  PIO_STACK_LOCATION stack = IoGetNextIrpStackLocation(irp);
  stack->MajorFunction = IRP_MJ_PNP;
  stack->MinorFunction = (UCHAR)minor;
  irp->IoStatus.Status = STATUS_NOT_SUPPORTED;
  volatile BOOLEAN is_complete = FALSE;
  IoSetCompletionRoutine(irp, keep, (PVOID)&is_complete, TRUE, TRUE, TRUE);
  EmulVectorsMark();
  NTSTATUS status = IofCallDriver(adapter->device, irp);
  EmulThreadCheck("PnP");
  REQUIRE(is_complete);
  IoFreeIrp(irp);
  return status;
}
