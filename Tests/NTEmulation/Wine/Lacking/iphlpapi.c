// What iphlpapi.dll of Wine 8 lacks: interfaces of adapters, their addresses and routes, kept in the process that made
// them. Each change is a line of C:\needletail\network.txt.
#include <winsock2.h>
#include <windows.h>
#include <ws2ipdef.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <netioapi.h>

#include <stdbool.h>
#include <stdio.h>

enum { MOST = 64, INTERFACE_TYPE = 53, LATE = 2 };

static MIB_UNICASTIPADDRESS_ROW addresses[MOST];
static MIB_IPFORWARD_ROW2 routes[MOST];
static ULONG address_count, route_count;
static int asked;

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

// It comes a little later than the adapter.
DWORD WINAPI GetIpInterfaceEntry(PMIB_IPINTERFACE_ROW row) {
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
  char text[64];
  if (address_count == MOST || !is_ours(&row->InterfaceLuid)) return ERROR_INVALID_PARAMETER;
  addresses[address_count++] = *row;
  note("address %s/%lu\n", print(&row->Address, text), row->OnLinkPrefixLength, 0);
  return NO_ERROR;
}

DWORD WINAPI DeleteUnicastIpAddressEntry(const MIB_UNICASTIPADDRESS_ROW *row) {
  char text[64];
  for (ULONG i = 0; i < address_count; i++) {
    if (memcmp(&addresses[i].Address, &row->Address, sizeof row->Address) != 0) continue;
    note("no address %s/%lu\n", print(&row->Address, text), row->OnLinkPrefixLength, 0);
    addresses[i] = addresses[--address_count];
    return NO_ERROR;
  }
  return ERROR_NOT_FOUND;
}

DWORD WINAPI GetUnicastIpAddressTable(ADDRESS_FAMILY family, PMIB_UNICASTIPADDRESS_TABLE *table) {
  *table = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof **table + sizeof addresses);
  for (ULONG i = 0; i < address_count; i++)
    if (addresses[i].Address.si_family == family) (*table)->Table[(*table)->NumEntries++] = addresses[i];
  return NO_ERROR;
}

DWORD WINAPI CreateIpForwardEntry2(const MIB_IPFORWARD_ROW2 *row) {
  char text[64];
  if (route_count == MOST || !is_ours(&row->InterfaceLuid)) return ERROR_INVALID_PARAMETER;
  routes[route_count++] = *row;
  note("route %s/%lu metric %lu\n", print(&row->DestinationPrefix.Prefix, text), row->DestinationPrefix.PrefixLength,
      row->Metric);
  return NO_ERROR;
}

DWORD WINAPI DeleteIpForwardEntry2(const MIB_IPFORWARD_ROW2 *row) {
  char text[64];
  for (ULONG i = 0; i < route_count; i++) {
    if (memcmp(&routes[i].DestinationPrefix, &row->DestinationPrefix, sizeof row->DestinationPrefix) != 0) continue;
    note("no route %s/%lu\n", print(&row->DestinationPrefix.Prefix, text), row->DestinationPrefix.PrefixLength, 0);
    routes[i] = routes[--route_count];
    return NO_ERROR;
  }
  return ERROR_NOT_FOUND;
}

DWORD WINAPI GetIpForwardTable2(ADDRESS_FAMILY family, PMIB_IPFORWARD_TABLE2 *table) {
  *table = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof **table + sizeof routes);
  for (ULONG i = 0; i < route_count; i++)
    if (routes[i].DestinationPrefix.Prefix.si_family == family) (*table)->Table[(*table)->NumEntries++] = routes[i];
  return NO_ERROR;
}

void WINAPI FreeMibTable(void *table) { HeapFree(GetProcessHeap(), 0, table); }
