// Names: the servers that the tunnel's file has, and the addresses of hosts.
#include "../Process/host.h"

enum { SETTINGS_VERSION = 1, SETTING_IPV6 = 1, SETTING_SERVERS = 2, SETTING_SEARCH = 4 };

// Before Windows 10 2004: where the resolver itself keeps what it was told.
static DWORD write_registry(const GUID *id, uint32_t is_v6, const WCHAR *servers, const WCHAR *domains) {
  WCHAR key[160], text[GUID_ROOM];
  guid_print(id, text);
  text_format(key, 160, L"SYSTEM\\CurrentControlSet\\Services\\Tcpip%ls\\Parameters\\Interfaces\\%ls",
      is_v6 ? L"6" : L"", text);
  LSTATUS error = host.RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, L"NameServer", REG_SZ, servers,
      (DWORD)(lstrlenW(servers) + 1) * sizeof(WCHAR));
  if (error == ERROR_SUCCESS)
    error = host.RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, L"SearchList", REG_SZ, domains,
        (DWORD)(lstrlenW(domains) + 1) * sizeof(WCHAR));
  return (DWORD)error;
}

static DWORD set(const GUID *id, uint32_t is_v6, WCHAR *servers, WCHAR *domains) {
  struct dns_settings settings = {.version = SETTINGS_VERSION, .name_server = servers, .search_list = domains};
  settings.flags = SETTING_SERVERS | SETTING_SEARCH | (is_v6 ? SETTING_IPV6 : 0);
  DWORD error = host.SetInterfaceDnsSettings != NULL ? host.SetInterfaceDnsSettings(*id, &settings)
                                                     : write_registry(id, is_v6, servers, domains);
  // What was answered before may be wrong.
  if (host.DnsFlushResolverCache != NULL) host.DnsFlushResolverCache();
  return error;
}

uint32_t program_set_name_servers(void *adapter, uint32_t is_v6, const uint8_t *servers, const uint8_t *domains) {
  WCHAR *server_list = wide(servers), *domain_list = wide(domains);
  DWORD error = server_list != NULL && domain_list != NULL ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
  if (error == ERROR_SUCCESS)
    error = set(&((struct WIREGUARD_ADAPTER *)adapter)->id, is_v6, server_list, domain_list);
  memory_give_back(server_list);
  memory_give_back(domain_list);
  return error;
}

static bool take(const ADDRINFOW *found, uint8_t *place) {
  if (found->ai_family == AF_INET) {
    place[0] = 4;
    memcpy(place + 1, &((const struct sockaddr_in *)found->ai_addr)->sin_addr, 4);
    return true;
  }
  if (found->ai_family != AF_INET6) return false;
  place[0] = 6;
  memcpy(place + 1, &((const struct sockaddr_in6 *)found->ai_addr)->sin6_addr, 16);
  return true;
}

static DWORD resolve(const WCHAR *host_name, uint8_t *addresses, uint32_t *count) {
  WSADATA data;
  ADDRINFOW hints = {.ai_socktype = SOCK_DGRAM, .ai_protocol = IPPROTO_UDP}, *found;
  DWORD error = (DWORD)host.WSAStartup(MAKEWORD(2, 2), &data);
  if (error == ERROR_SUCCESS) error = (DWORD)host.GetAddrInfoW(host_name, NULL, &hints, &found);
  if (error != ERROR_SUCCESS) return error;
  for (const ADDRINFOW *one = found; one != NULL && *count < PROGRAM_ADDRESSES; one = one->ai_next)
    if (take(one, addresses + *count * PROGRAM_ADDRESS_LENGTH)) ++*count;
  host.FreeAddrInfoW(found);
  return ERROR_SUCCESS;
}

uint32_t program_resolve(const uint8_t *host_name, uint8_t *addresses, uint32_t *count) {
  WCHAR *name = wide(host_name);
  *count = 0;
  if (name == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  DWORD error = resolve(name, addresses, count);
  memory_give_back(name);
  return error;
}
