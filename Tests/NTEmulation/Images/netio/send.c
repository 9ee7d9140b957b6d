// netio.sys: datagrams on their way to the host's socket.
#include "netio_parts.h"

static SIZE_T gather(const WSK_BUF *buffer, uint8_t *to, SIZE_T room) {
  REQUIRE(buffer->Length <= room);
  SIZE_T left = buffer->Length, place = 0;
  ULONG offset = buffer->Offset;
  for (PMDL mdl = buffer->Mdl; left > 0; mdl = mdl->Next) {
    REQUIRE(mdl != NULL);
    ULONG count = MmGetMdlByteCount(mdl) - offset;
    ULONG part = count < left ? count : (ULONG)left;
    memcpy(to + place, (uint8_t *)MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) + offset, part);
    place += part;
    left -= part;
    offset = 0;
  }
  return place;
}

static ULONG64 add_up(ULONG64 sum, const uint8_t *bytes, SIZE_T count) {
  for (SIZE_T i = 0; i < count; i++) sum = (sum ^ bytes[i]) * 0x100000001b3ull;
  return sum;
}

static NTSTATUS send_one(void *context, const uint8_t *bytes, uint32_t length) {
  struct emul_send *send = context;
  int32_t sent = platform_udp_send(send->socket->handle, &send->address, bytes, length);
  return sent < 0 ? emul_status_of_error(sent) : STATUS_SUCCESS;
}

// One message at a time is gathered: it is sent, or its bytes are added to a sum.
static NTSTATUS one(struct emul_send *send, const WSK_BUF *buffer, ULONG64 *sum) {
  static uint8_t gathered[65536];
  static KSPIN_LOCK lock;
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  NTSTATUS status = STATUS_SUCCESS;
  SIZE_T length = gather(buffer, gathered, sizeof gathered);
  if (sum != NULL)
    *sum = add_up(*sum, gathered, length);
  else
    status = emul_segments_cut(gathered, (uint32_t)length, send->segment, send_one, send);
  KeReleaseSpinLock(&lock, irql);
  return status;
}

static ULONG64 sum_of(struct emul_send *send) {
  ULONG64 sum = 1;
  for (WSK_BUF_LIST *next = send->buffers; next != NULL; next = next->Next) one(send, &next->Buffer, &sum);
  return sum;
}

struct emul_send *emul_send_make(
    struct emul_socket *socket, const struct platform_address *address, WSK_BUF_LIST *buffers, uint32_t segment) {
  struct emul_send *send = platform_memory_take(sizeof *send);
  REQUIRE(send != NULL);
  *send = (struct emul_send){socket, *address, buffers, NULL, segment, 0};
  InterlockedIncrement(&socket->sends);
  return send;
}

void emul_send_keep(struct emul_send *send) { send->sum = sum_of(send); }

NTSTATUS emul_send_now(struct emul_send *send) {
  // What the client gave is not to be touched before the request ends.
  REQUIRE(send->sum == 0 || sum_of(send) == send->sum);
  NTSTATUS status = STATUS_SUCCESS;
  for (WSK_BUF_LIST *next = send->buffers; next != NULL; next = next->Next) {
    NTSTATUS result = next == send->refused ? STATUS_NETWORK_UNREACHABLE : one(send, &next->Buffer, NULL);
    if (!NT_SUCCESS(result)) status = result;
  }
  // The frames are gone once the request is complete.
  InterlockedDecrement(&send->socket->sends);
  platform_memory_give_back(send);
  return status;
}
