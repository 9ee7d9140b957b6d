// An adapter's interfaces in Windows' network: addresses, routes, MTU, metric.
#include "../Process/host.h"

static NET_LUID luid_of(void *adapter) {
  NET_LUID luid;
  WireGuardGetAdapterLUID(adapter, &luid);
  return luid;
}

static ADDRESS_FAMILY family_of(uint32_t is_v6) { return is_v6 ? AF_INET6 : AF_INET; }

static SOCKADDR_INET address_of(uint32_t is_v6, const uint8_t *bytes) {
  SOCKADDR_INET address = {.si_family = family_of(is_v6)};
  if (bytes == NULL) return address;
  if (is_v6) memcpy(&address.Ipv6.sin6_addr, bytes, 16);
  else memcpy(&address.Ipv4.sin_addr, bytes, 4);
  return address;
}

static DWORD get_interface(void *adapter, uint32_t is_v6, MIB_IPINTERFACE_ROW *row) {
  host.InitializeIpInterfaceEntry(row);
  row->Family = family_of(is_v6);
  row->InterfaceLuid = luid_of(adapter);
  return host.GetIpInterfaceEntry(row);
}

uint32_t program_has_interface(void *adapter, uint32_t is_v6) {
  MIB_IPINTERFACE_ROW row;
  return get_interface(adapter, is_v6, &row) == ERROR_SUCCESS;
}

uint32_t program_set_interface(void *adapter, uint32_t is_v6, uint32_t mtu, uint32_t is_preferred) {
  MIB_IPINTERFACE_ROW row;
  DWORD error = get_interface(adapter, is_v6, &row);
  if (error != ERROR_SUCCESS) return error;
  // Windows' page: of IPv4, this has to be 0 when a row is set.
  if (!is_v6) row.SitePrefixLength = 0;
  // There is nobody to ask about routers, and no other host that could have our addresses.
  row.RouterDiscoveryBehavior = RouterDiscoveryDisabled;
  row.DadTransmits = 0;
  row.ManagedAddressConfigurationSupported = FALSE;
  row.OtherStatefulConfigurationSupported = FALSE;
  if (mtu != 0) row.NlMtu = mtu;
  row.UseAutomaticMetric = !is_preferred;
  if (is_preferred) row.Metric = 0;
  return host.SetIpInterfaceEntry(&row);
}

static MIB_UNICASTIPADDRESS_ROW address_row(void *adapter, uint32_t is_v6, const uint8_t *address, uint32_t length) {
  MIB_UNICASTIPADDRESS_ROW row;
  host.InitializeUnicastIpAddressEntry(&row);
  row.InterfaceLuid = luid_of(adapter);
  row.Address = address_of(is_v6, address);
  row.OnLinkPrefixLength = (UINT8)length;
  row.DadState = IpDadStatePreferred;
  return row;
}

static MIB_IPFORWARD_ROW2 route_row(void *adapter, uint32_t is_v6, const uint8_t *prefix, uint32_t length) {
  MIB_IPFORWARD_ROW2 row;
  host.InitializeIpForwardEntry(&row);
  row.InterfaceLuid = luid_of(adapter);
  row.DestinationPrefix.Prefix = address_of(is_v6, prefix);
  row.DestinationPrefix.PrefixLength = (UINT8)length;
  row.NextHop = address_of(is_v6, NULL);
  row.Metric = 0;
  // By which it is known as one that a program has added.
  row.Protocol = RouteProtocolNetMgmt;
  return row;
}

// Some go with an address, on their own.
static DWORD unless_gone(DWORD error) { return error == ERROR_NOT_FOUND ? ERROR_SUCCESS : error; }

uint32_t program_add_address(void *adapter, uint32_t is_v6, const uint8_t *address, uint32_t length) {
  MIB_UNICASTIPADDRESS_ROW row = address_row(adapter, is_v6, address, length);
  return host.CreateUnicastIpAddressEntry(&row);
}

uint32_t program_add_route(void *adapter, uint32_t is_v6, const uint8_t *prefix, uint32_t length) {
  MIB_IPFORWARD_ROW2 row = route_row(adapter, is_v6, prefix, length);
  return host.CreateIpForwardEntry2(&row);
}

uint32_t program_remove_address(void *adapter, uint32_t is_v6, const uint8_t *address, uint32_t length) {
  MIB_UNICASTIPADDRESS_ROW row = address_row(adapter, is_v6, address, length);
  return unless_gone(host.DeleteUnicastIpAddressEntry(&row));
}

uint32_t program_remove_route(void *adapter, uint32_t is_v6, const uint8_t *prefix, uint32_t length) {
  MIB_IPFORWARD_ROW2 row = route_row(adapter, is_v6, prefix, length);
  return unless_gone(host.DeleteIpForwardEntry2(&row));
}

// Records of a list.
struct list {
  uint8_t *bytes;
  uint64_t length;
};

static DWORD list_begin(struct list *list, ULONG most) {
  *list = (struct list){memory_take((size_t)most * PROGRAM_PREFIX_LENGTH + 1), 0};
  return list->bytes != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
}

static void list_add(struct list *list, const SOCKADDR_INET *address, uint8_t length) {
  uint8_t *record = list->bytes + list->length;
  record[0] = length;
  if (address->si_family == AF_INET6) memcpy(record + 1, &address->Ipv6.sin6_addr, 16);
  else memcpy(record + 1, &address->Ipv4.sin_addr, 4);
  list->length += PROGRAM_PREFIX_LENGTH;
}

static uint32_t list_end(const struct list *list, uint8_t **bytes, uint64_t *length) {
  *bytes = list->bytes;
  *length = list->length;
  return ERROR_SUCCESS;
}

uint32_t program_addresses(void *adapter, uint32_t is_v6, uint8_t **bytes, uint64_t *length) {
  PMIB_UNICASTIPADDRESS_TABLE table;
  NET_LUID luid = luid_of(adapter);
  struct list list;
  DWORD error = host.GetUnicastIpAddressTable(family_of(is_v6), &table);
  if (error != ERROR_SUCCESS) return error;
  error = list_begin(&list, table->NumEntries);
  for (ULONG i = 0; error == ERROR_SUCCESS && i < table->NumEntries; i++) {
    const MIB_UNICASTIPADDRESS_ROW *row = &table->Table[i];
    // Windows gives an interface its link-local address.
    bool is_windows = row->PrefixOrigin == IpPrefixOriginWellKnown;
    if (row->InterfaceLuid.Value == luid.Value && !is_windows) list_add(&list, &row->Address, row->OnLinkPrefixLength);
  }
  host.FreeMibTable(table);
  return error == ERROR_SUCCESS ? list_end(&list, bytes, length) : error;
}

uint32_t program_routes(void *adapter, uint32_t is_v6, uint8_t **bytes, uint64_t *length) {
  PMIB_IPFORWARD_TABLE2 table;
  NET_LUID luid = luid_of(adapter);
  struct list list;
  DWORD error = host.GetIpForwardTable2(family_of(is_v6), &table);
  if (error != ERROR_SUCCESS) return error;
  error = list_begin(&list, table->NumEntries);
  for (ULONG i = 0; error == ERROR_SUCCESS && i < table->NumEntries; i++) {
    const MIB_IPFORWARD_ROW2 *row = &table->Table[i];
    if (row->InterfaceLuid.Value == luid.Value && row->Protocol == RouteProtocolNetMgmt)
      list_add(&list, &row->DestinationPrefix.Prefix, row->DestinationPrefix.PrefixLength);
  }
  host.FreeMibTable(table);
  return error == ERROR_SUCCESS ? list_end(&list, bytes, length) : error;
}

// The sum of a route's metric and its interface's, as Windows compares them; false when its interface is not connected.
static bool weigh(const MIB_IPFORWARD_ROW2 *route, ADDRESS_FAMILY family, uint64_t *metric, uint32_t *mtu) {
  MIB_IPINTERFACE_ROW row;
  host.InitializeIpInterfaceEntry(&row);
  row.Family = family;
  row.InterfaceLuid = route->InterfaceLuid;
  if (host.GetIpInterfaceEntry(&row) != ERROR_SUCCESS || !row.Connected) return false;
  *metric = (uint64_t)route->Metric + row.Metric;
  *mtu = row.NlMtu;
  return true;
}

uint32_t program_default_mtu(void *adapter, uint32_t is_v6, uint32_t *mtu) {
  PMIB_IPFORWARD_TABLE2 table;
  NET_LUID luid = luid_of(adapter);
  uint64_t best = UINT64_MAX;
  DWORD error = host.GetIpForwardTable2(family_of(is_v6), &table);
  *mtu = 0;
  if (error != ERROR_SUCCESS) return unless_gone(error);
  for (ULONG i = 0; i < table->NumEntries; i++) {
    const MIB_IPFORWARD_ROW2 *row = &table->Table[i];
    uint64_t metric;
    uint32_t found;
    if (row->DestinationPrefix.PrefixLength != 0 || row->InterfaceLuid.Value == luid.Value ||
        !weigh(row, family_of(is_v6), &metric, &found) || metric >= best)
      continue;
    best = metric;
    *mtu = found;
  }
  host.FreeMibTable(table);
  return ERROR_SUCCESS;
}

static DWORD clear_routes(NET_LUID luid, ADDRESS_FAMILY family) {
  PMIB_IPFORWARD_TABLE2 table;
  DWORD error = host.GetIpForwardTable2(family, &table), first = ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) return error;
  for (ULONG i = 0; i < table->NumEntries; i++) {
    if (table->Table[i].InterfaceLuid.Value != luid.Value) continue;
    error = unless_gone(host.DeleteIpForwardEntry2(&table->Table[i]));
    if (first == ERROR_SUCCESS) first = error;
  }
  host.FreeMibTable(table);
  return first;
}

static DWORD clear_addresses(NET_LUID luid, ADDRESS_FAMILY family) {
  PMIB_UNICASTIPADDRESS_TABLE table;
  DWORD error = host.GetUnicastIpAddressTable(family, &table), first = ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) return error;
  for (ULONG i = 0; i < table->NumEntries; i++) {
    if (table->Table[i].InterfaceLuid.Value != luid.Value) continue;
    error = unless_gone(host.DeleteUnicastIpAddressEntry(&table->Table[i]));
    if (first == ERROR_SUCCESS) first = error;
  }
  host.FreeMibTable(table);
  return first;
}

uint32_t program_clear_interface(void *adapter, uint32_t is_v6) {
  NET_LUID luid = luid_of(adapter);
  DWORD routes = clear_routes(luid, family_of(is_v6)), addresses = clear_addresses(luid, family_of(is_v6));
  return routes != ERROR_SUCCESS ? routes : addresses;
}
