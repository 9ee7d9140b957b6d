// Opening and closing the UDP sockets. PASSIVE_LEVEL; the requests of one adapter come one at a time.
#include "sockets.h"

#include "adapter.h"
#include "wsk_call.h"

/// Ports tried when the system chose one for IPv4 that IPv6 cannot have.
#define RANDOM_PORT_TRIES 100

// Registration with WSK lasts from the first socket until the driver is unloaded.
static const WSK_CLIENT_DISPATCH client_dispatch = {WSK_VERSION_1_0, 0, NULL};
static WSK_REGISTRATION registration;
static WSK_PROVIDER_NPI provider;
static bool is_registered;
/// Set while nobody registers.
static KEVENT registration_lock;

void nt_sockets_load(void) { KeInitializeEvent(&registration_lock, SynchronizationEvent, TRUE); }

static NTSTATUS register_client(void) {
  WSK_CLIENT_NPI client = {NULL, &client_dispatch};
  NTSTATUS status = WskRegister(&client, &registration);
  if (!NT_SUCCESS(status)) return status;
  status = WskCaptureProviderNPI(&registration, WSK_INFINITE_WAIT, &provider);
  if (!NT_SUCCESS(status)) WskDeregister(&registration);
  return status;
}

static NTSTATUS need_provider(void) {
  KeWaitForSingleObject(&registration_lock, Executive, KernelMode, FALSE, NULL);
  NTSTATUS status = is_registered ? STATUS_SUCCESS : register_client();
  is_registered = NT_SUCCESS(status);
  KeSetEvent(&registration_lock, IO_NO_INCREMENT, FALSE);
  return status;
}

void nt_sockets_unload(void) {
  if (!is_registered) return;
  WskReleaseProviderNPI(&registration);
  WskDeregister(&registration);
  is_registered = false;
}

static const WSK_PROVIDER_DATAGRAM_DISPATCH *dispatch(const WSK_SOCKET *socket) { return socket->Dispatch; }

static NTSTATUS set_option(WSK_SOCKET *socket, ULONG level, ULONG option, SIZE_T length, PVOID value, bool waits) {
  struct nt_wsk_call call = {0};
  if (waits && !nt_wsk_call_open(&call)) return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = dispatch(socket)->Basic.WskControlSocket(
      socket, WskSetOption, option, level, length, value, 0, NULL, NULL, call.irp);
  return waits ? nt_wsk_call_end(&call, status, NULL) : status;
}

static NTSTATUS set_flag(WSK_SOCKET *socket, ULONG level, ULONG option) {
  ULONG on = 1;
  return set_option(socket, level, option, sizeof(on), &on, true);
}

// A system that cuts messages knows how large the pieces are.
static bool can_segment(WSK_SOCKET *socket) {
  ULONG size = 0;
  SIZE_T returned = 0;
  struct nt_wsk_call call;
  if (!nt_wsk_call_open(&call)) return false;
  NTSTATUS status = dispatch(socket)->Basic.WskControlSocket(
      socket, WskGetOption, UDP_SEND_MSG_SIZE, IPPROTO_UDP, 0, NULL, sizeof(size), &size, &returned, call.irp);
  return NT_SUCCESS(nt_wsk_call_end(&call, status, NULL));
}

static void close_socket(WSK_SOCKET *socket) {
  struct nt_wsk_call call;
  // Without the IRP the socket cannot be closed, and it must be: its callback names memory that is about to go.
  while (!nt_wsk_call_open(&call)) {
    LARGE_INTEGER pause = {.QuadPart = -100000};
    KeDelayExecutionThread(KernelMode, FALSE, &pause);
  }
  nt_wsk_call_end(&call, dispatch(socket)->Basic.WskCloseSocket(socket, call.irp), NULL);
}

static NTSTATUS bind_socket(WSK_SOCKET *socket, USHORT family, USHORT *port) {
  SOCKADDR_INET local;
  memset(&local, 0, sizeof(local));
  local.si_family = family;
  local.Ipv4.sin_port = __builtin_bswap16(*port);
  struct nt_wsk_call call;
  if (!nt_wsk_call_open(&call)) return STATUS_INSUFFICIENT_RESOURCES;
  NTSTATUS status = nt_wsk_call_end(&call, dispatch(socket)->WskBind(socket, (SOCKADDR *)&local, 0, call.irp), NULL);
  if (!NT_SUCCESS(status) || *port != 0) return status;
  if (!nt_wsk_call_open(&call)) return STATUS_INSUFFICIENT_RESOURCES;
  status = nt_wsk_call_end(
      &call, dispatch(socket)->WskGetLocalAddress(socket, (SOCKADDR *)&local, call.irp), NULL);
  if (NT_SUCCESS(status)) *port = __builtin_bswap16(local.Ipv4.sin_port);
  return status;
}

static const GUID npi_wsk_interface = {
    0x2227e803, 0x8d8b, 0x11d4, {0xab, 0xad, 0x00, 0x90, 0x27, 0x71, 0x9e, 0x09}};

static NTSTATUS prepare(struct nt_socket_pair *pair, WSK_SOCKET *socket, USHORT family, USHORT *port) {
  bool is_v6 = family == AF_INET6;
  ULONG level = is_v6 ? IPPROTO_IPV6 : IPPROTO_IP;
  NTSTATUS status = is_v6 ? set_flag(socket, level, IPV6_V6ONLY) : STATUS_SUCCESS;
  if (NT_SUCCESS(status)) status = set_flag(socket, level, is_v6 ? IPV6_PKTINFO : IP_PKTINFO);
  if (NT_SUCCESS(status)) status = bind_socket(socket, family, port);
  if (!NT_SUCCESS(status)) return status;
  // Systems that do not know these go without congestion marks.
  pair->has_tos = NT_SUCCESS(set_flag(socket, level, is_v6 ? IPV6_RECVTCLASS : IP_RECVTOS)) && pair->has_tos;
  pair->has_ecn = NT_SUCCESS(set_flag(socket, level, is_v6 ? IPV6_ECN : IP_ECN)) && pair->has_ecn;
  pair->has_segments = can_segment(socket) && pair->has_segments;
  WSK_EVENT_CALLBACK_CONTROL events = {&npi_wsk_interface, WSK_EVENT_RECEIVE_FROM};
  return set_option(socket, SOL_SOCKET, SO_WSK_EVENT_CALLBACK, sizeof(events), &events, false);
}

// Opens the socket of a family. A system without that family answers so: the pair goes without.
static NTSTATUS open_socket(struct nt_socket_pair *pair, USHORT family, USHORT *port, WSK_SOCKET **result) {
  struct nt_wsk_call call;
  if (!nt_wsk_call_open(&call)) return STATUS_INSUFFICIENT_RESOURCES;
  ULONG_PTR socket = 0;
  NTSTATUS status = nt_wsk_call_end(
      &call,
      provider.Dispatch->WskSocket(
          provider.Client, family, SOCK_DGRAM, IPPROTO_UDP, WSK_FLAG_DATAGRAM_SOCKET, pair, &nt_sockets_receive,
          PsGetCurrentProcess(), NULL, NULL, call.irp),
      &socket);
  if (!NT_SUCCESS(status)) return status;
  status = prepare(pair, (WSK_SOCKET *)socket, family, port);
  if (NT_SUCCESS(status))
    *result = (WSK_SOCKET *)socket;
  else
    close_socket((WSK_SOCKET *)socket);
  return status;
}

static bool lacks_family(NTSTATUS status) {
  return status == STATUS_NOT_SUPPORTED || status == STATUS_PROTOCOL_NOT_SUPPORTED ||
         status == STATUS_ADDRESS_NOT_ASSOCIATED || status == STATUS_INVALID_ADDRESS_COMPONENT;
}

static void close_pair(struct nt_socket_pair *pair) {
  // Nobody begins to use it any more; what is under way ends first, then the callbacks.
  ExWaitForRundownProtectionRelease(&pair->users);
  if (pair->v4 != NULL) close_socket(pair->v4);
  if (pair->v6 != NULL) close_socket(pair->v6);
  nt_pool_give_back(pair);
}

static NTSTATUS open_pair(struct nt_adapter *adapter, USHORT port, struct nt_socket_pair **result) {
  struct nt_socket_pair *pair = nt_pool_take(sizeof(*pair));
  if (pair == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  memset(pair, 0, sizeof(*pair));
  pair->adapter = adapter;
  pair->has_ecn = pair->has_tos = true;
  pair->has_segments = adapter->settings.sends_segments;
  ExInitializeRundownProtection(&pair->users);
  NTSTATUS v4 = open_socket(pair, AF_INET, &port, &pair->v4);
  NTSTATUS v6 = NT_SUCCESS(v4) || lacks_family(v4) ? open_socket(pair, AF_INET6, &port, &pair->v6) : v4;
  pair->port = port;
  *result = pair;
  if (NT_SUCCESS(v4) && (NT_SUCCESS(v6) || lacks_family(v6))) return STATUS_SUCCESS;
  if (lacks_family(v4) && NT_SUCCESS(v6)) return STATUS_SUCCESS;
  close_pair(pair);
  return NT_SUCCESS(v4) ? v6 : v4;
}

void nt_sockets_init(struct nt_adapter *adapter) {
  KeInitializeSpinLock(&adapter->sockets.lock);
  adapter->sockets.current = NULL;
  adapter->sockets.send_errors = adapter->sockets.receive_discards = 0;
}

static struct nt_socket_pair *exchange(struct nt_adapter *adapter, struct nt_socket_pair *pair) {
  KIRQL irql;
  KeAcquireSpinLock(&adapter->sockets.lock, &irql);
  struct nt_socket_pair *old = adapter->sockets.current;
  adapter->sockets.current = pair;
  KeReleaseSpinLock(&adapter->sockets.lock, irql);
  return old;
}

uint32_t host_open_sockets(void *context, uint16_t port, uint16_t *bound_port) {
  struct nt_adapter *adapter = context;
  NTSTATUS status = need_provider();
  if (!NT_SUCCESS(status)) return (uint32_t)status;
  struct nt_socket_pair *pair = NULL;
  for (int tries = 0; tries < RANDOM_PORT_TRIES; tries++) {
    status = open_pair(adapter, port, &pair);
    if (port != 0 || status != STATUS_ADDRESS_ALREADY_EXISTS) break;
  }
  if (!NT_SUCCESS(status)) return (uint32_t)status;
  *bound_port = pair->port;
  struct nt_socket_pair *old = exchange(adapter, pair);
  if (old != NULL) close_pair(old);
  return STATUS_SUCCESS;
}

void host_close_sockets(void *context) { nt_sockets_close(context); }

void nt_sockets_close(struct nt_adapter *adapter) {
  struct nt_socket_pair *old = exchange(adapter, NULL);
  if (old != NULL) close_pair(old);
}
