// The upper edge of an adapter under Wine.
#include "edge.h"

struct packet {
  struct packet *next;
  struct emul_adapter *adapter;
  ULONG length;
  UCHAR bytes[];
};

static struct packet *packets;
static KSPIN_LOCK lock;

static void __attribute__((ms_abi)) keep(void *context, const uint8_t *bytes, uint32_t length) {
  struct packet *packet = platform_memory_take(sizeof *packet + length);
  REQUIRE(packet != NULL);
  packet->adapter = context;
  packet->length = length;
  memcpy(packet->bytes, bytes, length);
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  struct packet **last = &packets;
  while (*last != NULL) last = &(*last)->next;
  *last = packet;
  KeReleaseSpinLock(&lock, irql);
}

static struct packet *take(struct emul_adapter *adapter) {
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  struct packet **link = &packets;
  while (*link != NULL && (*link)->adapter != adapter) link = &(*link)->next;
  struct packet *packet = *link;
  if (packet != NULL) *link = packet->next;
  KeReleaseSpinLock(&lock, irql);
  return packet;
}

void emul_edge_open(struct emul_adapter *adapter) { EmulNdisReceive(adapter, keep, adapter); }

void emul_edge_close(struct emul_adapter *adapter) {
  struct packet *packet;
  while ((packet = take(adapter)) != NULL) platform_memory_give_back(packet);
}

static NTSTATUS receive(struct emul_adapter *adapter, UCHAR *output, ULONG room, ULONG_PTR *length) {
  struct packet *packet = take(adapter);
  if (packet == NULL) return STATUS_NO_MORE_ENTRIES;
  NTSTATUS status = packet->length > room ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
  if (NT_SUCCESS(status)) memcpy(output, packet->bytes, *length = packet->length);
  platform_memory_give_back(packet);
  return status;
}

static NTSTATUS query(struct emul_adapter *adapter, PIRP irp, ULONG input, ULONG room, ULONG_PTR *length) {
  if (input != sizeof(NDIS_OID) || irp->MdlAddress == NULL) return STATUS_INVALID_DEVICE_REQUEST;
  NDIS_OID_REQUEST request;
  memset(&request, 0, sizeof request);
  memcpy(&request.Oid, irp->AssociatedIrp.SystemBuffer, sizeof request.Oid);
  request.InformationBuffer = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
  request.InformationBufferLength = room;
  NTSTATUS status = emul_driver_record.handlers.OidRequestHandler(adapter->context, &request);
  *length = NT_SUCCESS(status) ? request.BytesDone : 0;
  return status;
}

NTSTATUS NTAPI emul_edge_control(PDEVICE_OBJECT device, PIRP irp) {
  struct emul_adapter *adapter = *(struct emul_adapter **)device->DeviceExtension;
  PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
  ULONG input = stack->Parameters.DeviceIoControl.InputBufferLength;
  ULONG room = stack->Parameters.DeviceIoControl.OutputBufferLength;
  void *buffer = irp->AssociatedIrp.SystemBuffer;
  ULONG_PTR length = 0;
  NTSTATUS status = STATUS_INVALID_DEVICE_REQUEST;
  switch (stack->Parameters.DeviceIoControl.IoControlCode) {
    case EDGE_QUERY:
      status = query(adapter, irp, input, room, &length);
      break;
    case EDGE_SEND:
      status = EmulNdisSend(adapter, buffer, input, TRUE);
      break;
    case EDGE_RECEIVE:
      status = receive(adapter, buffer, room, &length);
      break;
    case EDGE_PNP:
      if (input == sizeof(ULONG)) status = EmulNdisPnp(adapter, *(ULONG *)buffer);
      break;
    case EDGE_LINK:
      if (room != sizeof(ULONG)) break;
      *(ULONG *)buffer = adapter->link == MediaConnectStateConnected;
      length = sizeof(ULONG);
      status = STATUS_SUCCESS;
      break;
  }
  irp->IoStatus.Status = status;
  irp->IoStatus.Information = length;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return status;
}
