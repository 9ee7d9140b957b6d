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

uint32_t program_add_address(void *adapter, uint32_t is_v6, const uint8_t *address, uint32_t length) {
  MIB_UNICASTIPADDRESS_ROW row;
  host.InitializeUnicastIpAddressEntry(&row);
  row.InterfaceLuid = luid_of(adapter);
  row.Address = address_of(is_v6, address);
  row.OnLinkPrefixLength = (UINT8)length;
  row.DadState = IpDadStatePreferred;
  return host.CreateUnicastIpAddressEntry(&row);
}

uint32_t program_add_route(void *adapter, uint32_t is_v6, const uint8_t *prefix, uint32_t length) {
  MIB_IPFORWARD_ROW2 row;
  host.InitializeIpForwardEntry(&row);
  row.InterfaceLuid = luid_of(adapter);
  row.DestinationPrefix.Prefix = address_of(is_v6, prefix);
  row.DestinationPrefix.PrefixLength = (UINT8)length;
  row.NextHop = address_of(is_v6, NULL);
  row.Metric = 0;
  return host.CreateIpForwardEntry2(&row);
}

static DWORD clear_routes(NET_LUID luid, ADDRESS_FAMILY family) {
  PMIB_IPFORWARD_TABLE2 table;
  DWORD error = host.GetIpForwardTable2(family, &table), first = ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) return error;
  for (ULONG i = 0; i < table->NumEntries; i++) {
    if (table->Table[i].InterfaceLuid.Value != luid.Value) continue;
    error = host.DeleteIpForwardEntry2(&table->Table[i]);
    // Some go with an address, on their own.
    if (error != ERROR_SUCCESS && error != ERROR_NOT_FOUND && first == ERROR_SUCCESS) first = error;
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
    error = host.DeleteUnicastIpAddressEntry(&table->Table[i]);
    if (error != ERROR_SUCCESS && error != ERROR_NOT_FOUND && first == ERROR_SUCCESS) first = error;
  }
  host.FreeMibTable(table);
  return first;
}

uint32_t program_clear_interface(void *adapter, uint32_t is_v6) {
  NET_LUID luid = luid_of(adapter);
  DWORD routes = clear_routes(luid, family_of(is_v6)), addresses = clear_addresses(luid, family_of(is_v6));
  return routes != ERROR_SUCCESS ? routes : addresses;
}
