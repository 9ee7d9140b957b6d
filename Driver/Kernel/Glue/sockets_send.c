// Sending: datagrams in a row that go the same way leave with one call, and where WSK can cut messages, those of one
// size as one message. A frame needs no memory to be sent: what WSK wants of it lies in the frame itself.
// PASSIVE_LEVEL; completion at up to DISPATCH_LEVEL.
#include "adapter.h"

/// Pages that a datagram of 65,535 bytes can touch.
#define PAGES_MAX 17
/// Bytes of a message that WSK is to cut, at most: more than most network adapters can cut by themselves.
#define MESSAGE_MAX 0xf000

// What is kept in a frame's note while it is sent.
struct sending {
  WSK_BUF_LIST list;
  MDL mdl;
  PFN_NUMBER pages[PAGES_MAX];
  /// Of the first frame of a call.
  struct nt_socket_pair *pair;
};

_Static_assert(sizeof(struct sending) <= sizeof(((struct shell_frame *)0)->note), "a frame's note is too small");

static struct sending *note(struct shell_frame *frame) { return (struct sending *)frame->note; }

// The control messages of a call: what its messages are cut into, where they come from, and how they are marked.
union control {
  CMSGHDR header;
  uint8_t bytes[NT_CMSG_SPACE(sizeof(IN6_PKTINFO)) + 3 * NT_CMSG_SPACE(sizeof(INT)) + NT_CMSG_SPACE(0)];
};

static ULONG add(union control *control, ULONG length, INT level, INT type, const void *data, SIZE_T data_length) {
  CMSGHDR header = {NT_CMSG_LEN(data_length), level, type};
  memcpy(control->bytes + length, &header, sizeof(header));
  memcpy(control->bytes + length + sizeof(header), data, data_length);
  return length + (ULONG)NT_CMSG_SPACE(data_length);
}

static ULONG fill_control(
    union control *control, const struct nt_socket_pair *pair, const struct shell_path *path, INT mark, ULONG segment) {
  bool is_v6 = path->remote.family == 6;
  INT level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
  ULONG length = 0;
  memset(control, 0, sizeof(*control));
  if (segment != 0) length = add(control, length, IPPROTO_UDP, UDP_SEND_MSG_SIZE, &segment, sizeof(segment));
  if (pair->has_tos && mark != 0) {
    length = add(control, length, level, is_v6 ? IPV6_TCLASS : IP_TOS, &mark, sizeof(mark));
  } else if (pair->has_ecn && (mark & 3) != 0) {
    mark &= 3;
    length = add(control, length, level, IP_ECN, &mark, sizeof(mark));
  }
  if (path->has_source == 0) return length;
  if (is_v6) {
    IN6_PKTINFO source;
    memcpy(source.ipi6_addr, path->source, 16);
    source.ipi6_ifindex = path->interface_index;
    length = add(control, length, level, IPV6_PKTINFO, &source, sizeof(source));
  } else {
    IN_PKTINFO source;
    memcpy(source.ipi_addr, path->source, 4);
    source.ipi_ifindex = path->interface_index;
    length = add(control, length, level, IP_PKTINFO, &source, sizeof(source));
  }
  // Windows takes a lone PKTINFO away before filters see it, and what they inject again loses its way: an empty second
  // message prevents that.
  return add(control, length, level, is_v6 ? IPV6_RTHDR : IP_OPTIONS, NULL, 0);
}

static void fill_remote(SOCKADDR_INET *address, const struct shell_endpoint *remote) {
  memset(address, 0, sizeof(*address));
  if (remote->family == 6) {
    address->Ipv6.sin6_family = AF_INET6;
    address->Ipv6.sin6_port = __builtin_bswap16(remote->port);
    memcpy(address->Ipv6.sin6_addr, remote->address, 16);
    address->Ipv6.sin6_scope_id = remote->scope_id;
  } else {
    address->Ipv4.sin_family = AF_INET;
    address->Ipv4.sin_port = __builtin_bswap16(remote->port);
    memcpy(address->Ipv4.sin_addr, remote->address, 4);
  }
}

static void count_errors(struct nt_adapter *adapter, struct shell_frame *chain) {
  for (; chain != NULL; chain = chain->next) InterlockedIncrement64(&adapter->sockets.send_errors);
}

static void lose(struct nt_adapter *adapter, struct shell_frame *chain) {
  count_errors(adapter, chain);
  host_frame_give_back(adapter, chain);
}

// Lays the frames of a call out as messages: where WSK can cut, as many frames as are of the greatest length, and one
// that is shorter, are one message. Answers what to cut messages into; 0 when each frame is a message.
static ULONG lay_out(struct nt_socket_pair *pair, struct shell_frame *first) {
  ULONG greatest = 0, segment = 0;
  if (pair->has_segments)
    for (struct shell_frame *frame = first; frame != NULL; frame = frame->next)
      if (frame->length > greatest) greatest = frame->length;
  struct sending *message = NULL;
  for (struct shell_frame *frame = first, *last = NULL; frame != NULL; last = frame, frame = frame->next) {
    struct sending *sending = note(frame);
    sending->pair = pair;
    MmInitializeMdl(&sending->mdl, frame->bytes + frame->offset, frame->length);
    MmBuildMdlForNonPagedPool(&sending->mdl);
    if (last != NULL && last->length == greatest && message->list.Buffer.Length + frame->length <= MESSAGE_MAX) {
      note(last)->mdl.Next = &sending->mdl;
      message->list.Buffer.Length += frame->length;
      segment = greatest;
      continue;
    }
    sending->list = (WSK_BUF_LIST){NULL, {&sending->mdl, 0, frame->length}};
    if (message != NULL) message->list.Next = &sending->list;
    message = sending;
  }
  return segment;
}

static bool has_segments(struct shell_frame *frame) {
  while (frame != NULL && note(frame)->mdl.Next == NULL) frame = frame->next;
  return frame != NULL;
}

// What a system answers, or a network adapter's driver, that does not cut messages after all.
static bool refuses_segments(NTSTATUS status) {
  return status == STATUS_INVALID_PARAMETER || status == STATUS_NOT_SUPPORTED ||
         status == STATUS_INVALID_DEVICE_REQUEST || status == STATUS_INVALID_BUFFER_SIZE;
}

static NTSTATUS NTAPI completed(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
  UNREFERENCED_PARAMETER(device);
  struct shell_frame *first = context;
  struct nt_socket_pair *pair = note(first)->pair;
  if (!NT_SUCCESS(irp->IoStatus.Status)) {
    // These are lost, as on the network; the next go one by one.
    if (refuses_segments(irp->IoStatus.Status) && has_segments(first)) pair->has_segments = false;
    count_errors(pair->adapter, first);
    nt_routes_refuse(pair->adapter, &first->path);
  }
  host_frame_give_back(pair->adapter, first);
  IoFreeIrp(irp);
  // Whoever closes the sockets may go on now, and take the pair and the adapter away.
  ExReleaseRundownProtection(&pair->users);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

// Sends a chain whose frames all go the same way.
static void send_run(struct nt_socket_pair *pair, struct shell_frame *first) {
  struct nt_adapter *adapter = pair->adapter;
  WSK_SOCKET *socket = first->path.remote.family == 6 ? pair->v6 : pair->v4;
  // The frame keeps the path it came with: that is what a failure is about.
  struct shell_path way = first->path;
  PIRP irp = socket == NULL || !nt_routes_choose(adapter, &way) ? NULL : IoAllocateIrp(1, FALSE);
  if (irp == NULL || !ExAcquireRundownProtection(&pair->users)) {
    if (irp != NULL) IoFreeIrp(irp);
    lose(adapter, first);
    return;
  }
  ULONG segment = lay_out(pair, first);
  SOCKADDR_INET remote;
  union control control;
  fill_remote(&remote, &first->path.remote);
  ULONG control_length = fill_control(&control, pair, &way, first->traffic_class, segment);
  IoSetCompletionRoutine(irp, completed, first, TRUE, TRUE, TRUE);
  const WSK_PROVIDER_DATAGRAM_DISPATCH *dispatch = socket->Dispatch;
  // Address and control messages are copied before the call returns; the rest is the completion's.
  dispatch->WskSendMessages(
      socket, &note(first)->list, 0, (SOCKADDR *)&remote, control_length, control_length ? &control.header : NULL, irp);
}

static bool goes_with(const struct shell_frame *frame, const struct shell_frame *first) {
  return frame->traffic_class == first->traffic_class &&
         memcmp(&frame->path, &first->path, sizeof(frame->path)) == 0;
}

static struct nt_socket_pair *acquire(struct nt_adapter *adapter) {
  KIRQL irql;
  KeAcquireSpinLock(&adapter->sockets.lock, &irql);
  struct nt_socket_pair *pair = adapter->sockets.current;
  if (pair != NULL && !ExAcquireRundownProtection(&pair->users)) pair = NULL;
  KeReleaseSpinLock(&adapter->sockets.lock, irql);
  return pair;
}

void host_send(void *context, struct shell_frame *chain) {
  struct nt_adapter *adapter = context;
  struct nt_socket_pair *pair = acquire(adapter);
  if (pair == NULL) {
    lose(adapter, chain);
    return;
  }
  while (chain != NULL) {
    struct shell_frame *first = chain, *last = chain;
    while (last->next != NULL && goes_with(last->next, first)) last = last->next;
    chain = last->next;
    last->next = NULL;
    send_run(pair, first);
  }
  ExReleaseRundownProtection(&pair->users);
}
