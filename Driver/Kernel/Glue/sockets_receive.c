// Datagrams from WSK, at up to DISPATCH_LEVEL: each is copied into a frame of ours and queued, and WSK has its buffers
// back when the callback returns.
#include "adapter.h"

/// No UDP payload is longer.
#define DATAGRAM_MAX 65535

static void read_control_message(struct shell_frame *frame, INT level, INT type, const uint8_t *data, SIZE_T length) {
  bool is_v6 = frame->path.remote.family == 6;
  if (level != (is_v6 ? IPPROTO_IPV6 : IPPROTO_IP)) return;
  if (type == IP_PKTINFO && !is_v6 && length >= sizeof(IN_PKTINFO)) {
    memcpy(frame->path.source, data, 4);
    memcpy(&frame->path.interface_index, data + 4, 4);
    frame->path.has_source = 1;
  } else if (type == IPV6_PKTINFO && is_v6 && length >= sizeof(IN6_PKTINFO)) {
    memcpy(frame->path.source, data, 16);
    memcpy(&frame->path.interface_index, data + 16, 4);
    frame->path.has_source = 1;
  } else if (type == (is_v6 ? IPV6_TCLASS : IP_TOS) && length >= sizeof(INT)) {
    frame->traffic_class = data[0];
  } else if (type == IP_ECN && length >= sizeof(INT)) {
    frame->traffic_class = (uint8_t)((frame->traffic_class & 0xfc) | (data[0] & 3));
  }
}

static void read_control(struct shell_frame *frame, const CMSGHDR *control, ULONG length) {
  const uint8_t *rest = (const uint8_t *)control;
  while (length >= sizeof(CMSGHDR)) {
    CMSGHDR header;
    memcpy(&header, rest, sizeof(header));
    if (header.cmsg_len < sizeof(header) || header.cmsg_len > length) return;
    read_control_message(
        frame, header.cmsg_level, header.cmsg_type, rest + sizeof(header), header.cmsg_len - sizeof(header));
    SIZE_T step = NT_CMSG_SPACE(header.cmsg_len - sizeof(header));
    if (step >= length) return;
    rest += step;
    length -= (ULONG)step;
  }
}

static bool read_remote(struct shell_frame *frame, const SOCKADDR *address) {
  struct shell_endpoint *remote = &frame->path.remote;
  if (address->sa_family == AF_INET) {
    const SOCKADDR_IN *v4 = (const SOCKADDR_IN *)address;
    memcpy(remote->address, v4->sin_addr, 4);
    remote->port = __builtin_bswap16(v4->sin_port);
    remote->family = 4;
    return true;
  }
  if (address->sa_family != AF_INET6) return false;
  const SOCKADDR_IN6 *v6 = (const SOCKADDR_IN6 *)address;
  memcpy(remote->address, v6->sin6_addr, 16);
  remote->port = __builtin_bswap16(v6->sin6_port);
  remote->scope_id = v6->sin6_scope_id;
  remote->family = 6;
  return true;
}

static void forget_source(struct shell_path *path) {
  memset(path->source, 0, sizeof(path->source));
  path->interface_index = 0;
  path->has_source = 0;
}

static bool take(struct nt_adapter *adapter, const WSK_DATAGRAM_INDICATION *indication) {
  SIZE_T length = indication->Buffer.Length;
  if (length == 0 || length > DATAGRAM_MAX || indication->RemoteAddress == NULL) return false;
  struct shell_frame *frame = host_frame_take(adapter, (uint32_t)length);
  if (frame == NULL) return false;
  if (read_remote(frame, indication->RemoteAddress) &&
      nt_mdl_copy(indication->Buffer.Mdl, indication->Buffer.Offset, frame->bytes + frame->offset, length)) {
    if (indication->ControlInfo != NULL) read_control(frame, indication->ControlInfo, indication->ControlInfoLength);
    // What came through the tunnel itself would be answered through it: only where it came from counts.
    if (frame->path.interface_index == adapter->miniport.interface_index) forget_source(&frame->path);
    if (nt_queue_append(&adapter->inbound, frame)) return true;
  }
  host_frame_give_back(adapter, frame);
  return false;
}

static NTSTATUS NTAPI received(PVOID context, ULONG flags, WSK_DATAGRAM_INDICATION *indications) {
  UNREFERENCED_PARAMETER(flags);
  struct nt_socket_pair *pair = context;
  // NULL: the socket has failed. It is closed when the interface goes down.
  if (indications == NULL) return STATUS_SUCCESS;
  struct nt_adapter *adapter = pair->adapter;
  for (WSK_DATAGRAM_INDICATION *next = indications; next != NULL; next = next->Next)
    if (!take(adapter, next)) InterlockedIncrement64(&adapter->sockets.receive_discards);
  host_wake(adapter);
  return STATUS_SUCCESS;
}

const WSK_CLIENT_DATAGRAM_DISPATCH nt_sockets_receive = {received};
