// netio.sys: the system's routes. Without any, as on a system whose table cannot be read: the host routes then.
#include "netio_parts.h"

#define ROUTES 16
#define NOTIFICATIONS 8

static MIB_IPFORWARD_ROW2 routes[ROUTES];
static SOCKADDR_INET sources[ROUTES];
static ULONG route_count;
static struct {
  PIPFORWARD_CHANGE_CALLBACK callback;
  void *context;
} notifications[NOTIFICATIONS];
/// Tables that have not been given back.
static volatile LONG tables;
static KSPIN_LOCK lock;

NTSTATUS NTAPI NotifyRouteChange2(
    USHORT family, PIPFORWARD_CHANGE_CALLBACK callback, PVOID context, BOOLEAN initial, HANDLE *notification) {
  REQUIRE(family == AF_UNSPEC && !initial && EmulIrql() <= APC_LEVEL);
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  if (MUST_FAIL()) return status;
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  for (int i = 0; i < NOTIFICATIONS; i++) {
    if (notifications[i].callback != NULL) continue;
    notifications[i].callback = callback;
    notifications[i].context = context;
    *notification = &notifications[i];
    status = STATUS_SUCCESS;
    break;
  }
  KeReleaseSpinLock(&lock, irql);
  return status;
}

void emul_routes_cancel(HANDLE notification) {
  for (int i = 0; i < NOTIFICATIONS; i++)
    if (notification == &notifications[i]) notifications[i].callback = NULL;
}

uint32_t emul_route_notifications(void) {
  uint32_t count = 0;
  for (int i = 0; i < NOTIFICATIONS; i++) count += notifications[i].callback != NULL;
  return count;
}

BOOLEAN emul_route_interface(MIB_IPINTERFACE_ROW *row) {
  for (ULONG i = 0; i < route_count; i++) {
    if (routes[i].InterfaceLuid != row->InterfaceLuid || routes[i].NextHop.si_family != row->Family) continue;
    row->InterfaceIndex = routes[i].InterfaceIndex;
    row->Connected = TRUE;
    row->NlMtu = 1500;
    return TRUE;
  }
  return FALSE;
}

NTSTATUS NTAPI GetIpForwardTable2(USHORT family, MIB_IPFORWARD_TABLE2 **table) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && (family == AF_INET || family == AF_INET6));
  if (MUST_FAIL()) return STATUS_INSUFFICIENT_RESOURCES;
  if (route_count == 0) return STATUS_NOT_SUPPORTED;
  MIB_IPFORWARD_TABLE2 *copy = platform_memory_take(sizeof *copy + sizeof routes);
  if (copy == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  copy->NumEntries = 0;
  for (ULONG i = 0; i < route_count; i++)
    if (routes[i].NextHop.si_family == family) copy->Table[copy->NumEntries++] = routes[i];
  InterlockedIncrement(&tables);
  *table = copy;
  return STATUS_SUCCESS;
}

VOID NTAPI FreeMibTable(PVOID table) {
  REQUIRE(table != NULL && InterlockedDecrement(&tables) >= 0);
  platform_memory_give_back(table);
}

NTSTATUS NTAPI GetBestRoute2(
    ULONG64 *luid, ULONG interface_index, const SOCKADDR_INET *source, const SOCKADDR_INET *destination, ULONG options,
    MIB_IPFORWARD_ROW2 *best_route, SOCKADDR_INET *best_source) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && luid != NULL && interface_index == 0 && source == NULL && options == 0);
  if (MUST_FAIL()) return STATUS_INSUFFICIENT_RESOURCES;
  for (ULONG i = 0; i < route_count; i++) {
    if (routes[i].InterfaceLuid != *luid || routes[i].NextHop.si_family != destination->si_family) continue;
    *best_route = routes[i];
    *best_source = sources[i];
    return STATUS_SUCCESS;
  }
  return STATUS_NOT_FOUND;
}

/// Adds a route to `prefix`, in network order and as long as an address of `family` (4 or 6), and tells whoever asked.
/// Datagrams along it leave from `source`, by the host's interface `index`.
void EmulNetioAddRoute(
    uint64_t luid, uint32_t index, uint32_t family, const uint8_t *prefix, uint32_t length, uint32_t metric,
    const uint8_t *source) {
  REQUIRE(route_count < ROUTES);
  MIB_IPFORWARD_ROW2 *route = &routes[route_count];
  SOCKADDR_INET *from = &sources[route_count];
  memset(route, 0, sizeof *route);
  memset(from, 0, sizeof *from);
  route->InterfaceLuid = luid;
  route->InterfaceIndex = index;
  route->Metric = metric;
  route->DestinationPrefix.PrefixLength = (UCHAR)length;
  SOCKADDR_INET *to = &route->DestinationPrefix.Prefix;
  to->si_family = from->si_family = route->NextHop.si_family = family == 4 ? AF_INET : AF_INET6;
  memcpy(family == 4 ? to->Ipv4.sin_addr : to->Ipv6.sin6_addr, prefix, family == 4 ? 4 : 16);
  memcpy(family == 4 ? from->Ipv4.sin_addr : from->Ipv6.sin6_addr, source, family == 4 ? 4 : 16);
  route_count++;
  for (int i = 0; i < NOTIFICATIONS; i++)
    if (notifications[i].callback != NULL) notifications[i].callback(notifications[i].context, route, MibAddInstance);
}

/// Takes all routes away; no table is out.
void EmulNetioRemoveRoutes(void) {
  REQUIRE(tables == 0);
  route_count = 0;
  for (int i = 0; i < NOTIFICATIONS; i++)
    if (notifications[i].callback != NULL) notifications[i].callback(notifications[i].context, NULL, MibDeleteInstance);
}
