// netio.sys: registration with WSK, and making sockets.
#include "netio_parts.h"

volatile LONG emul_socket_count;
static volatile LONG registrations, captures;

static NTSTATUS NTAPI make_socket(
    PWSK_CLIENT client, USHORT family, USHORT type, ULONG protocol, ULONG flags, PVOID context, const VOID *dispatch,
    PEPROCESS owner, PETHREAD owner_thread, PSECURITY_DESCRIPTOR security, PIRP irp) {
  REQUIRE(EmulIrql() <= DISPATCH_LEVEL && client != NULL && captures > 0);
  REQUIRE(type == SOCK_DGRAM && protocol == IPPROTO_UDP && flags == WSK_FLAG_DATAGRAM_SOCKET && dispatch != NULL);
  REQUIRE(owner != NULL && owner_thread == NULL && security == NULL);
  if (MUST_FAIL()) return emul_complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
  struct emul_socket *socket = platform_memory_take(sizeof *socket);
  int32_t handle = platform_udp_open(family == AF_INET ? 4 : 6);
  if (socket == NULL || handle < 0) {
    platform_memory_give_back(socket);
    return emul_complete(irp, emul_status_of_error(handle), 0);
  }
  socket->base.Dispatch = &emul_datagram_dispatch;
  socket->family = family;
  socket->handle = handle;
  socket->context = context;
  socket->client = dispatch;
  KeInitializeEvent(&socket->ended, NotificationEvent, TRUE);
  emul_memory_know(socket, TRUE);
  InterlockedIncrement(&emul_socket_count);
  return emul_complete(irp, STATUS_SUCCESS, (ULONG_PTR)socket);
}

static NTSTATUS NTAPI control_client(
    PWSK_CLIENT client, ULONG code, SIZE_T input_size, PVOID input, SIZE_T output_size, PVOID output,
    SIZE_T *returned, PIRP irp) {
  UNREFERENCED_PARAMETER(code);
  UNREFERENCED_PARAMETER(input_size);
  UNREFERENCED_PARAMETER(input);
  UNREFERENCED_PARAMETER(output_size);
  UNREFERENCED_PARAMETER(output);
  UNREFERENCED_PARAMETER(returned);
  REQUIRE(client != NULL);
  return irp == NULL ? STATUS_NOT_IMPLEMENTED : emul_complete(irp, STATUS_NOT_IMPLEMENTED, 0);
}

static const WSK_PROVIDER_DISPATCH provider = {WSK_VERSION_1_0, 0, make_socket, NULL, control_client};
static int the_client;

NTSTATUS NTAPI WskRegister(WSK_CLIENT_NPI *client, WSK_REGISTRATION *registration) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && client->Dispatch->Version == WSK_VERSION_1_0);
  if (MUST_FAIL()) return STATUS_INSUFFICIENT_RESOURCES;
  emul_completions_start();
  registration->ReservedRegistrationContext = &the_client;
  InterlockedIncrement(&registrations);
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI WskCaptureProviderNPI(WSK_REGISTRATION *registration, ULONG wait_timeout, WSK_PROVIDER_NPI *result) {
  UNREFERENCED_PARAMETER(wait_timeout);
  REQUIRE(registration->ReservedRegistrationContext == &the_client && EmulIrql() == PASSIVE_LEVEL);
  if (MUST_FAIL()) return STATUS_DEVICE_NOT_READY;
  result->Client = (PWSK_CLIENT)&the_client;
  result->Dispatch = &provider;
  InterlockedIncrement(&captures);
  return STATUS_SUCCESS;
}

VOID NTAPI WskReleaseProviderNPI(WSK_REGISTRATION *registration) {
  REQUIRE(registration->ReservedRegistrationContext == &the_client && EmulIrql() == PASSIVE_LEVEL);
  REQUIRE_AS("socket-left", emul_socket_count == 0);
  REQUIRE(InterlockedDecrement(&captures) >= 0);
}

VOID NTAPI WskDeregister(WSK_REGISTRATION *registration) {
  REQUIRE(registration->ReservedRegistrationContext == &the_client && EmulIrql() == PASSIVE_LEVEL);
  REQUIRE(captures == 0);
  REQUIRE(InterlockedDecrement(&registrations) >= 0);
  registration->ReservedRegistrationContext = NULL;
}

/// Names what a driver that is gone has left; answers how much.
uint32_t EmulNetioLeft(void) {
  uint32_t notifications = EmulNetioNotifications();
  if (registrations != 0) platform_log("FAIL wsk-left: a registration with Winsock Kernel");
  if (notifications != 0) platform_log("FAIL notification-left: one that is not cancelled");
  return notifications + (uint32_t)registrations;
}

/// Registrations and sockets that there are.
uint32_t EmulNetioCount(void) { return (uint32_t)registrations + (uint32_t)emul_socket_count; }
