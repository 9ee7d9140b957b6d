// What iphlpapi.dll of Wine 8 lacks: interfaces of adapters, their addresses and routes, kept in a file that all
// processes share, C:\needletail\network.bin. Each change is a line of C:\needletail\network.txt. There is another
// interface, with a default route of IPv4, whose MTU is in the file C:\needletail\outer.txt, or 1500.
#include <winsock2.h>
#include <windows.h>
#include <ws2ipdef.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <netioapi.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { MOST = 64, INTERFACE_TYPE = 53, LATE = 2 };

static struct network {
  ULONG address_count, route_count;
  MIB_UNICASTIPADDRESS_ROW addresses[MOST];
  MIB_IPFORWARD_ROW2 routes[MOST];
} *kept;
static int asked;

// Programs change it one after the other.
static struct network *network(void) {
  if (kept != NULL) return kept;
  HANDLE file = CreateFileW(L"C:\\needletail\\network.bin", GENERIC_READ | GENERIC_WRITE,
      FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
  HANDLE mapping = CreateFileMappingW(file, NULL, PAGE_READWRITE, 0, sizeof *kept, NULL);
  kept = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, sizeof *kept);
  if (kept == NULL) abort();
  return kept;
}

static void note(const char *format, const char *one, unsigned long two, unsigned long three) {
  char line[128];
  DWORD written;
  int length = _snprintf(line, sizeof line, format, one, two, three);
  HANDLE file = CreateFileW(L"C:\\needletail\\network.txt", FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
      OPEN_ALWAYS, 0, NULL);
  WriteFile(file, line, (DWORD)length, &written, NULL);
  CloseHandle(file);
}

static const char *print(const SOCKADDR_INET *address, char *text) {
  const void *bytes = address->si_family == AF_INET ? (const void *)&address->Ipv4.sin_addr
                                                    : (const void *)&address->Ipv6.sin6_addr;
  typedef PCSTR(WSAAPI * printer)(INT, const void *, PSTR, size_t);
  printer to_text = (printer)(void *)GetProcAddress(LoadLibraryW(L"ws2_32.dll"), "inet_ntop");
  return to_text(address->si_family, bytes, text, 64);
}

static bool is_ours(const NET_LUID *luid) { return luid->Info.IfType == INTERFACE_TYPE; }

void WINAPI InitializeIpInterfaceEntry(PMIB_IPINTERFACE_ROW row) { memset(row, 0, sizeof *row); }
void WINAPI InitializeIpForwardEntry(PMIB_IPFORWARD_ROW2 row) { memset(row, 0, sizeof *row); }
void WINAPI InitializeUnicastIpAddressEntry(PMIB_UNICASTIPADDRESS_ROW row) { memset(row, 0, sizeof *row); }

static const NET_LUID outer = {.Info = {.NetLuidIndex = 1, .IfType = 6}};

static ULONG outer_mtu(void) {
  char text[16] = {0};
  DWORD length = 0;
  HANDLE file = CreateFileW(L"C:\\needletail\\outer.txt", GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return 1500;
  ReadFile(file, text, sizeof text - 1, &length, NULL);
  CloseHandle(file);
  return (ULONG)atoi(text);
}

// It comes a little later than the adapter.
DWORD WINAPI GetIpInterfaceEntry(PMIB_IPINTERFACE_ROW row) {
  row->Connected = TRUE;
  if (row->InterfaceLuid.Value == outer.Value) {
    row->NlMtu = outer_mtu();
    row->Metric = 10;
    return NO_ERROR;
  }
  if (!is_ours(&row->InterfaceLuid) || asked++ < LATE) return ERROR_NOT_FOUND;
  row->NlMtu = 1420;
  row->SitePrefixLength = 64;
  row->UseAutomaticMetric = TRUE;
  row->Metric = 25;
  return NO_ERROR;
}

DWORD WINAPI SetIpInterfaceEntry(PMIB_IPINTERFACE_ROW row) {
  if (row->Family == AF_INET && row->SitePrefixLength != 0) return ERROR_INVALID_PARAMETER;
  note(row->UseAutomaticMetric ? "interface %s mtu %lu\n" : "interface %s mtu %lu metric %lu\n",
      row->Family == AF_INET ? "v4" : "v6", row->NlMtu, row->Metric);
  return NO_ERROR;
}

DWORD WINAPI CreateUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *row) {
  struct network *net = network();
  char text[64];
  if (net->address_count == MOST || !is_ours(&row->InterfaceLuid)) return ERROR_INVALID_PARAMETER;
  net->addresses[net->address_count++] = *row;
  note("address %s/%lu\n", print(&row->Address, text), row->OnLinkPrefixLength, 0);
  return NO_ERROR;
}

DWORD WINAPI DeleteUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *row) {
  struct network *net = network();
  char text[64];
  for (ULONG i = 0; i < net->address_count; i++) {
    if (memcmp(&net->addresses[i].Address, &row->Address, sizeof row->Address) != 0) continue;
    note("no address %s/%lu\n", print(&row->Address, text), row->OnLinkPrefixLength, 0);
    net->addresses[i] = net->addresses[--net->address_count];
    return NO_ERROR;
  }
  return ERROR_NOT_FOUND;
}

DWORD WINAPI GetUnicastIpAddressTable(ADDRESS_FAMILY family, PMIB_UNICASTIPADDRESS_TABLE *table) {
  struct network *net = network();
  *table = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof **table + sizeof kept->addresses);
  for (ULONG i = 0; i < net->address_count; i++)
    if (net->addresses[i].Address.si_family == family) (*table)->Table[(*table)->NumEntries++] = net->addresses[i];
  return NO_ERROR;
}

DWORD WINAPI CreateIpForwardEntry2(const MIB_IPFORWARD_ROW2 *row) {
  struct network *net = network();
  char text[64];
  if (net->route_count == MOST || !is_ours(&row->InterfaceLuid)) return ERROR_INVALID_PARAMETER;
  net->routes[net->route_count++] = *row;
  note("route %s/%lu metric %lu\n", print(&row->DestinationPrefix.Prefix, text), row->DestinationPrefix.PrefixLength,
      row->Metric);
  return NO_ERROR;
}

DWORD WINAPI DeleteIpForwardEntry2(const MIB_IPFORWARD_ROW2 *row) {
  struct network *net = network();
  char text[64];
  for (ULONG i = 0; i < net->route_count; i++) {
    const IP_ADDRESS_PREFIX *prefix = &net->routes[i].DestinationPrefix;
    if (memcmp(prefix, &row->DestinationPrefix, sizeof *prefix) != 0) continue;
    note("no route %s/%lu\n", print(&row->DestinationPrefix.Prefix, text), row->DestinationPrefix.PrefixLength, 0);
    net->routes[i] = net->routes[--net->route_count];
    return NO_ERROR;
  }
  return ERROR_NOT_FOUND;
}

DWORD WINAPI GetIpForwardTable2(ADDRESS_FAMILY family, PMIB_IPFORWARD_TABLE2 *table) {
  struct network *net = network();
  *table = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof **table + sizeof kept->routes + sizeof *kept->routes);
  if (family == AF_INET) {
    MIB_IPFORWARD_ROW2 *way = &(*table)->Table[(*table)->NumEntries++];
    way->InterfaceLuid = outer;
    way->DestinationPrefix.Prefix.si_family = AF_INET;
  }
  for (ULONG i = 0; i < net->route_count; i++) {
    if (net->routes[i].DestinationPrefix.Prefix.si_family != family) continue;
    (*table)->Table[(*table)->NumEntries++] = net->routes[i];
  }
  return NO_ERROR;
}

void WINAPI FreeMibTable(void *table) { HeapFree(GetProcessHeap(), 0, table); }
