// Which way datagrams leave. With a default route into the tunnel, the stack's own choice would send what comes out
// of the tunnel into it again: so where a peer's path names no source, the system's routes are searched for the best
// that is not the adapter's, as the stack does it: longest prefix, then least metric. What was found is kept until a
// route changes. Another tunnel's interface is as good as any: two that lead into each other are the administrator's to
// avoid.
//
// Changes of routes are heard of at PASSIVE_LEVEL, in bursts when an interface comes or goes.
#include "adapter.h"

/// How long "there is no way" is believed while no change of routes is heard of: interfaces connect without one.
#define NO_WAY_NS 1000000000ull

static VOID NTAPI changed(PVOID context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type) {
  UNREFERENCED_PARAMETER(row);
  UNREFERENCED_PARAMETER(type);
  struct nt_adapter *adapter = context;
  if (InterlockedIncrement(&adapter->routes.generation) == 0) InterlockedIncrement(&adapter->routes.generation);
  // Peers stay with the address they were heard on; a better way, or the end of that one, is only found without it.
  shell_routes_changed(adapter->shell);
}

void nt_routes_init(struct nt_adapter *adapter) {
  memset(&adapter->routes, 0, sizeof(adapter->routes));
  KeInitializeSpinLock(&adapter->routes.lock);
  adapter->routes.generation = 1;
}

NTSTATUS nt_routes_open(struct nt_adapter *adapter) {
  return NotifyRouteChange2(AF_UNSPEC, changed, adapter, FALSE, &adapter->routes.notification);
}

void nt_routes_close(struct nt_adapter *adapter) {
  // Waits for a notification that is under way.
  if (adapter->routes.notification != NULL) CancelMibChangeNotify2(adapter->routes.notification);
  adapter->routes.notification = NULL;
}

static bool is_refused(struct nt_routes *routes, const struct shell_path *path) {
  KIRQL irql;
  bool found = false;
  KeAcquireSpinLock(&routes->lock, &irql);
  for (ULONG place = 0; place < NT_ROUTES_REFUSED && !found; place++)
    found = routes->refused[place].generation == routes->generation &&
            memcmp(&routes->refused[place].path, path, sizeof(*path)) == 0;
  KeReleaseSpinLock(&routes->lock, irql);
  return found;
}

void nt_routes_refuse(struct nt_adapter *adapter, const struct shell_path *path) {
  struct nt_routes *routes = &adapter->routes;
  if (path->has_source == 0 || is_refused(routes, path)) return;
  KIRQL irql;
  KeAcquireSpinLock(&routes->lock, &irql);
  // The oldest makes room.
  struct nt_refused_way *way = &routes->refused[routes->refused_count++ % NT_ROUTES_REFUSED];
  way->path = *path;
  way->generation = routes->generation;
  KeReleaseSpinLock(&routes->lock, irql);
}

// The place where the way to `remote` is kept, if it is (FNV-1a).
static struct nt_route *place_of(struct nt_routes *routes, const struct shell_endpoint *remote) {
  const uint8_t *bytes = (const uint8_t *)remote;
  uint32_t hash = 2166136261u;
  for (size_t at = 0; at < sizeof(*remote); at++) hash = (hash ^ bytes[at]) * 16777619u;
  return &routes->kept[(hash ^ hash >> 16) % NT_ROUTES_KEPT];
}

static bool recall(struct nt_adapter *adapter, const struct shell_endpoint *remote, struct nt_route *route) {
  struct nt_routes *routes = &adapter->routes;
  KIRQL irql;
  KeAcquireSpinLock(&routes->lock, &irql);
  *route = *place_of(routes, remote);
  KeReleaseSpinLock(&routes->lock, irql);
  if (route->generation != routes->generation || memcmp(&route->remote, remote, sizeof(*remote)) != 0) return false;
  return route->interface_index != 0 || host_boot_time_ns(adapter) - route->found_at_ns < NO_WAY_NS;
}

static void keep(struct nt_routes *routes, const struct nt_route *route) {
  KIRQL irql;
  KeAcquireSpinLock(&routes->lock, &irql);
  *place_of(routes, &route->remote) = *route;
  KeReleaseSpinLock(&routes->lock, irql);
}

static const uint8_t *address_of(const SOCKADDR_INET *address) {
  return address->si_family == AF_INET6 ? address->Ipv6.sin6_addr : address->Ipv4.sin_addr;
}

static bool covers(const MIB_IPFORWARD_ROW2 *row, const uint8_t *address, bool is_v6) {
  uint8_t length = row->DestinationPrefix.PrefixLength;
  if (length > (is_v6 ? 128 : 32)) return false;
  const uint8_t *prefix = address_of(&row->DestinationPrefix.Prefix);
  if (memcmp(prefix, address, length / 8) != 0) return false;
  return length % 8 == 0 || ((prefix[length / 8] ^ address[length / 8]) >> (8 - length % 8)) == 0;
}

// The metric of a route together with its interface's; UINT64_MAX when the interface is not connected.
static uint64_t metric_of(const MIB_IPFORWARD_ROW2 *row, USHORT family) {
  MIB_IPINTERFACE_ROW interface_row;
  memset(&interface_row, 0, sizeof(interface_row));
  interface_row.Family = family;
  interface_row.InterfaceLuid = row->InterfaceLuid;
  if (!NT_SUCCESS(GetIpInterfaceEntry(&interface_row)) || !interface_row.Connected) return UINT64_MAX;
  return (uint64_t)row->Metric + interface_row.Metric;
}

static const MIB_IPFORWARD_ROW2 *best(
    const struct nt_adapter *adapter, const MIB_IPFORWARD_TABLE2 *table, const struct shell_endpoint *remote) {
  bool is_v6 = remote->family == 6;
  const MIB_IPFORWARD_ROW2 *best = NULL;
  uint64_t best_metric = UINT64_MAX;
  for (ULONG place = 0; place < table->NumEntries; place++) {
    const MIB_IPFORWARD_ROW2 *row = &table->Table[place];
    if (row->InterfaceLuid == adapter->miniport.luid || !covers(row, remote->address, is_v6)) continue;
    int longer = best == NULL ? 1 : row->DestinationPrefix.PrefixLength - best->DestinationPrefix.PrefixLength;
    if (longer < 0) continue;
    uint64_t metric = metric_of(row, is_v6 ? AF_INET6 : AF_INET);
    if (metric == UINT64_MAX || (longer == 0 && metric >= best_metric)) continue;
    best = row;
    best_metric = metric;
  }
  return best;
}

// Searches the system's routes. False when they cannot be read: the choice is the stack's then.
static bool search(const struct nt_adapter *adapter, const struct shell_endpoint *remote, struct nt_route *route) {
  bool is_v6 = remote->family == 6;
  MIB_IPFORWARD_TABLE2 *table = NULL;
  if (!NT_SUCCESS(GetIpForwardTable2(is_v6 ? AF_INET6 : AF_INET, &table))) return false;
  const MIB_IPFORWARD_ROW2 *row = best(adapter, table, remote);
  if (row != NULL) {
    SOCKADDR_INET destination, source;
    MIB_IPFORWARD_ROW2 chosen;
    memset(&destination, 0, sizeof(destination));
    memset(&source, 0, sizeof(source));
    destination.si_family = is_v6 ? AF_INET6 : AF_INET;
    memcpy(
        is_v6 ? destination.Ipv6.sin6_addr : destination.Ipv4.sin_addr, remote->address, is_v6 ? 16 : 4);
    ULONG64 luid = row->InterfaceLuid;
    if (NT_SUCCESS(GetBestRoute2(&luid, 0, NULL, &destination, 0, &chosen, &source))) {
      memcpy(route->source, address_of(&source), is_v6 ? 16 : 4);
      route->interface_index = row->InterfaceIndex;
    }
  }
  FreeMibTable(table);
  return true;
}

bool nt_routes_choose(struct nt_adapter *adapter, struct shell_path *path) {
  struct nt_routes *routes = &adapter->routes;
  if (path->has_source != 0 && path->interface_index != adapter->miniport.interface_index && !is_refused(routes, path))
    return true;
  // What cannot be used must not be, also where nothing better is found.
  path->has_source = 0;
  path->interface_index = 0;
  memset(path->source, 0, sizeof(path->source));
  // An address that is only good on one link names that link itself.
  if (path->remote.scope_id != 0) return true;
  struct nt_route route;
  if (!recall(adapter, &path->remote, &route)) {
    memset(&route, 0, sizeof(route));
    route.remote = path->remote;
    // Read first: a change while the search goes on makes what it finds old.
    route.generation = routes->generation;
    route.found_at_ns = host_boot_time_ns(adapter);
    if (!search(adapter, &path->remote, &route)) return true;
    keep(routes, &route);
  }
  if (route.interface_index == 0) return false;
  memcpy(path->source, route.source, sizeof(path->source));
  path->interface_index = route.interface_index;
  path->has_source = 1;
  return true;
}
