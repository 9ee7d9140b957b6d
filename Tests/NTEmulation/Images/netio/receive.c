// netio.sys: datagrams from the host's socket to the client's callback, as WSK gives them: at DISPATCH_LEVEL, somewhere
// inside a chain of MDLs, with control messages.
#include "netio_parts.h"

#define ROOM 65536
/// Where payloads begin: behind what was the headers'.
#define LEAD 42

static ULONG add(uint8_t *control, ULONG length, INT level, INT type, const void *data, SIZE_T count) {
  CMSGHDR header = {NT_CMSG_LEN(count), level, type};
  memcpy(control + length, &header, sizeof header);
  memcpy(control + length + sizeof header, data, count);
  return length + (ULONG)NT_CMSG_SPACE(count);
}

static ULONG fill_control(uint8_t *control, const struct platform_address *address) {
  BOOLEAN is_v6 = address->family == 6;
  INT level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
  ULONG length = 0;
  if (address->has_local) {
    uint8_t info[20];
    SIZE_T width = is_v6 ? 16 : 4;
    memcpy(info, address->local, width);
    memcpy(info + width, &address->interface_index, 4);
    length = add(control, length, level, IP_PKTINFO, info, width + 4);
  }
  if (address->traffic_class != UINT32_MAX) {
    INT value = (INT)address->traffic_class;
    length = add(control, length, level, is_v6 ? IPV6_TCLASS : IP_TOS, &value, sizeof value);
  }
  return length;
}

static void indicate(struct emul_socket *socket, uint8_t *bytes, uint32_t length, struct platform_address *address) {
  // Two MDLs, the border somewhere in the payload.
  ULONG first_length = LEAD + length / 3;
  EmulOwn(1);
  PMDL first = IoAllocateMdl(bytes, first_length, FALSE, FALSE, NULL);
  PMDL second = IoAllocateMdl(bytes + first_length, LEAD + length - first_length, FALSE, FALSE, NULL);
  EmulOwn(-1);
  REQUIRE(first != NULL && second != NULL);
  MmBuildMdlForNonPagedPool(first);
  MmBuildMdlForNonPagedPool(second);
  first->Next = second;
  uint8_t control[128] __attribute__((aligned(16)));
  SOCKADDR_INET remote;
  emul_from_platform(address, &remote);
  WSK_DATAGRAM_INDICATION indication = {
      NULL, {first, LEAD, length}, (CMSGHDR *)control, fill_control(control, address), (SOCKADDR *)&remote};
  EmulIrqlSet(DISPATCH_LEVEL);
  NTSTATUS status = socket->client->WskReceiveFromEvent(socket->context, WSK_FLAG_AT_DISPATCH_LEVEL, &indication);
  REQUIRE(EmulIrql() == DISPATCH_LEVEL);
  EmulIrqlSet(PASSIVE_LEVEL);
  EmulThreadCheck("a receive callback");
  REQUIRE(status == STATUS_SUCCESS);
  // Nothing of it may be looked at any more.
  memset(bytes, 0xdd, LEAD + length);
  IoFreeMdl(second);
  IoFreeMdl(first);
}

static VOID NTAPI receive(PVOID context) {
  struct emul_socket *socket = context;
  uint8_t *bytes = platform_memory_take(LEAD + ROOM);
  REQUIRE(bytes != NULL);
  for (;;) {
    struct platform_address address;
    int32_t length = platform_udp_receive(socket->handle, &address, bytes + LEAD, ROOM);
    if (length < 0) break;
    if (length > 0) indicate(socket, bytes, (uint32_t)length, &address);
  }
  platform_memory_give_back(bytes);
  KeSetEvent(&socket->ended, IO_NO_INCREMENT, FALSE);
}

void emul_receive_start(struct emul_socket *socket) {
  KeClearEvent(&socket->ended);
  EmulThreadStart(receive, socket);
}
