// What the parts of netio.sys share.
#pragma once

#include <services.h>

#include <nt/netio.h>
#include <nt/wsk.h>

/// A datagram socket.
struct emul_socket {
  WSK_SOCKET base;
  USHORT family;
  int32_t handle;
  void *context;
  const WSK_CLIENT_DATAGRAM_DISPATCH *client;
  BOOLEAN is_bound, has_events;
  /// Set when the receiving thread has ended.
  KEVENT ended;
  /// Datagram calls that are under way: none may be when the socket is closed.
  volatile LONG sends;
};

extern const WSK_PROVIDER_DATAGRAM_DISPATCH emul_datagram_dispatch;
extern volatile LONG emul_socket_count;

/// Ends a request as a driver below does: at once, marked pending first, or later (complete.c).
NTSTATUS emul_complete(PIRP irp, NTSTATUS status, ULONG_PTR information);

/// Datagrams of one request. Their memory is the client's until the request ends: it may not change before.
struct emul_send {
  struct emul_socket *socket;
  struct platform_address address;
  WSK_BUF_LIST *buffers;
  /// The one of them that a test wants refused.
  const WSK_BUF_LIST *refused;
  /// What messages are cut into; 0: each is a datagram.
  uint32_t segment;
  /// Of all the bytes, when the request was kept for later; else 0.
  ULONG64 sum;
};
struct emul_send *emul_send_make(
    struct emul_socket *socket, const struct platform_address *address, WSK_BUF_LIST *buffers, uint32_t segment);
/// Before the request is kept for later.
void emul_send_keep(struct emul_send *send);
NTSTATUS emul_complete_send(PIRP irp, struct emul_send *send);
/// Sends them and forgets `send`; the status of the request.
NTSTATUS emul_send_now(struct emul_send *send);
void emul_completions_start(void);
/// Receives until the socket is stopped.
void emul_receive_start(struct emul_socket *socket);

// What routes.c adds to interfaces: those that routes lead through, and notifications of routes.
BOOLEAN emul_route_interface(MIB_IPINTERFACE_ROW *row);
void emul_routes_cancel(HANDLE notification);
uint32_t emul_route_notifications(void);
uint32_t EmulNetioNotifications(void);

NTSTATUS emul_status_of_error(int32_t error);
void emul_to_platform(const SOCKADDR *from, struct platform_address *to);
void emul_from_platform(const struct platform_address *from, SOCKADDR_INET *to);

/// Measurements (memory.c): a socket begins or ends; whether these datagrams are only counted.
void emul_memory_know(struct emul_socket *socket, BOOLEAN exists);
BOOLEAN emul_memory_takes(WSK_BUF_LIST *buffers, uint32_t segment);

/// A WSK that cuts messages: whether this one does, answers so and does not, or does not know what that is
/// (segments.c).
enum emul_segments { EMUL_SEGMENTS_CUT, EMUL_SEGMENTS_REFUSED, EMUL_SEGMENTS_UNKNOWN };
extern enum emul_segments emul_segments;
/// Counts a call, looks at its messages and answers how it ends.
NTSTATUS emul_segments_begin(WSK_BUF_LIST *messages, uint32_t segment);
/// Calls `each` with each datagram of a message until one fails.
NTSTATUS emul_segments_cut(
    const uint8_t *bytes, uint32_t length, uint32_t segment, NTSTATUS (*each)(void *, const uint8_t *, uint32_t),
    void *context);
