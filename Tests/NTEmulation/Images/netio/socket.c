// netio.sys: what a datagram socket can do.
#include "netio_parts.h"

/// 1: as a Windows that knows neither ECN nor the DS field of datagrams.
static uint32_t is_old;

void EmulNetioSetOld(uint32_t old) { is_old = old; }

static struct emul_socket *of(WSK_SOCKET *socket) { return (struct emul_socket *)socket; }

static NTSTATUS set_option(struct emul_socket *socket, ULONG level, ULONG option, SIZE_T size, const void *value) {
  if (level == SOL_SOCKET && option == SO_WSK_EVENT_CALLBACK) {
    const WSK_EVENT_CALLBACK_CONTROL *control = value;
    REQUIRE(
        size == sizeof *control && control->EventMask == WSK_EVENT_RECEIVE_FROM && control->NpiId->Data1 == 0x2227e803);
    REQUIRE(socket->is_bound && !socket->has_events);
    socket->has_events = TRUE;
    emul_receive_start(socket);
    return STATUS_SUCCESS;
  }
  REQUIRE(level == (ULONG)(socket->family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6) && size == sizeof(ULONG));
  switch (option) {
    case IP_PKTINFO:
    case IPV6_V6ONLY:
      return STATUS_SUCCESS;
    case IP_RECVTOS:
    case IP_ECN:
      return is_old ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
    default:
      return STATUS_INVALID_PARAMETER;
  }
}

static NTSTATUS NTAPI control_socket(
    WSK_SOCKET *socket, WSK_CONTROL_SOCKET_TYPE request, ULONG code, ULONG level, SIZE_T input_size, PVOID input,
    SIZE_T output_size, PVOID output, SIZE_T *returned, PIRP irp) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL);
  if (request == WskGetOption) {
    REQUIRE(irp != NULL && level == IPPROTO_UDP && code == UDP_SEND_MSG_SIZE);
    REQUIRE(output_size == sizeof(ULONG) && input_size == 0);
    if (MUST_FAIL()) return emul_complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    if (emul_segments == EMUL_SEGMENTS_UNKNOWN) return emul_complete(irp, STATUS_INVALID_PARAMETER, 0);
    *(ULONG *)output = 0;
    *returned = sizeof(ULONG);
    return emul_complete(irp, STATUS_SUCCESS, sizeof(ULONG));
  }
  REQUIRE(request == WskSetOption);
  // The event callbacks are set without an IRP, options of the transport with one.
  REQUIRE((irp == NULL) == (level == SOL_SOCKET));
  NTSTATUS status =
      MUST_FAIL() ? STATUS_INSUFFICIENT_RESOURCES : set_option(of(socket), level, code, input_size, input);
  return irp == NULL ? status : emul_complete(irp, status, 0);
}

static NTSTATUS NTAPI close_socket(WSK_SOCKET *base, PIRP irp) {
  struct emul_socket *socket = of(base);
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && socket->sends == 0);
  platform_udp_stop(socket->handle);
  KeWaitForSingleObject(&socket->ended, Executive, KernelMode, FALSE, NULL);
  platform_udp_close(socket->handle);
  emul_memory_know(socket, FALSE);
  // Whoever still calls the socket finds nothing.
  memset(socket, 0xdd, sizeof *socket);
  platform_memory_give_back(socket);
  InterlockedDecrement(&emul_socket_count);
  return emul_complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI bind_socket(WSK_SOCKET *base, SOCKADDR *local, ULONG flags, PIRP irp) {
  struct emul_socket *socket = of(base);
  REQUIRE(flags == 0 && !socket->is_bound && local->sa_family == socket->family && EmulIrql() == PASSIVE_LEVEL);
  if (MUST_FAIL()) return emul_complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
  struct platform_address address;
  emul_to_platform(local, &address);
  int32_t result = platform_udp_bind(socket->handle, &address);
  socket->is_bound = result == 0;
  return emul_complete(irp, result == 0 ? STATUS_SUCCESS : emul_status_of_error(result), 0);
}

static NTSTATUS NTAPI get_local_address(WSK_SOCKET *base, SOCKADDR *local, PIRP irp) {
  struct emul_socket *socket = of(base);
  REQUIRE(socket->is_bound && EmulIrql() == PASSIVE_LEVEL);
  struct platform_address address;
  memset(&address, 0, sizeof address);
  address.family = socket->family == AF_INET ? 4 : 6;
  if (MUST_FAIL()) return emul_complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
  int32_t result = platform_udp_name(socket->handle, &address);
  if (result == 0) emul_from_platform(&address, (SOCKADDR_INET *)local);
  return emul_complete(irp, result == 0 ? STATUS_SUCCESS : emul_status_of_error(result), 0);
}

// Answers what to cut messages into.
static uint32_t read_control(struct platform_address *address, const CMSGHDR *control, ULONG length) {
  uint32_t segment = 0;
  const uint8_t *rest = (const uint8_t *)control;
  while (length > 0) {
    const CMSGHDR *header = (const CMSGHDR *)rest;
    REQUIRE(length >= sizeof *header && header->cmsg_len >= sizeof *header && header->cmsg_len <= length);
    const uint8_t *data = rest + sizeof *header;
    SIZE_T count = header->cmsg_len - sizeof *header;
    if (header->cmsg_level == IPPROTO_UDP) {
      REQUIRE(header->cmsg_type == UDP_SEND_MSG_SIZE && count == sizeof segment && segment == 0);
      memcpy(&segment, data, sizeof segment);
      REQUIRE(segment > 0);
    } else if (header->cmsg_type == IP_PKTINFO) {
      SIZE_T width = address->family == 4 ? 4 : 16;
      REQUIRE(count == width + 4);
      memcpy(address->local, data, width);
      memcpy(&address->interface_index, data + width, 4);
      address->has_local = 1;
      REQUIRE(header->cmsg_level == (address->family == 4 ? IPPROTO_IP : IPPROTO_IPV6));
    } else if (header->cmsg_type == (address->family == 4 ? IP_TOS : IPV6_TCLASS) || header->cmsg_type == IP_ECN) {
      REQUIRE(count == sizeof(INT) && !is_old);
      address->traffic_class = data[0];
    } else {
      REQUIRE(count == 0 && header->cmsg_type == (address->family == 4 ? IP_OPTIONS : IPV6_RTHDR));
    }
    ULONG step = (ULONG)((header->cmsg_len + 7) & ~(SIZE_T)7);
    if (step >= length) return segment;
    rest += step;
    length -= step;
  }
  return segment;
}

static NTSTATUS NTAPI send_messages(
    WSK_SOCKET *base, WSK_BUF_LIST *buffers, ULONG flags, SOCKADDR *remote, ULONG control_length, CMSGHDR *control,
    PIRP irp) {
  struct emul_socket *socket = of(base);
  REQUIRE(flags == 0 && socket->is_bound && remote->sa_family == socket->family && EmulIrql() <= DISPATCH_LEVEL);
  REQUIRE((control == NULL) == (control_length == 0));
  struct platform_address address;
  emul_to_platform(remote, &address);
  uint32_t segment = control == NULL ? 0 : read_control(&address, control, control_length);
  NTSTATUS status = emul_segments_begin(buffers, segment);
  if (!NT_SUCCESS(status)) return emul_complete(irp, status, 0);
  BOOLEAN is_taken = emul_memory_takes(buffers, segment);
  struct emul_send *send = emul_send_make(socket, &address, is_taken ? NULL : buffers, segment);
  for (WSK_BUF_LIST *next = send->buffers; next != NULL; next = next->Next)
    if (MUST_FAIL()) send->refused = next;
  return emul_complete_send(irp, send);
}

static NTSTATUS NTAPI send_to(
    WSK_SOCKET *base, WSK_BUF *buffer, ULONG flags, SOCKADDR *remote, ULONG control_length, CMSGHDR *control,
    PIRP irp) {
  WSK_BUF_LIST list = {NULL, *buffer};
  return send_messages(base, &list, flags, remote, control_length, control, irp);
}

const WSK_PROVIDER_DATAGRAM_DISPATCH emul_datagram_dispatch = {
    {control_socket, close_socket}, bind_socket, send_to, NULL, NULL, get_local_address, send_messages};
