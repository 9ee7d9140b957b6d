// What the program's glue shares: Windows beyond what the adapter library uses, texts, the end of the program.
#pragma once

#include "../../../Library/Glue/Adapter/exports.h"
#include "../../../Library/Glue/Package/package.h"
#include "../../Include/program.h"

#include <netioapi.h>
#include <shellapi.h>
#include <ws2tcpip.h>

/// DNS_INTERFACE_SETTINGS of netioapi.h, as Microsoft's page has it; of Windows 10 2004.
struct dns_settings {
  ULONG version;
  ULONG64 flags;
  WCHAR *domain, *name_server, *search_list;
  ULONG registers, registers_name, enables_llmnr, queries_name;
  WCHAR *profile_name_server;
};
DWORD WINAPI SetInterfaceDnsSettings(GUID interface_id, const struct dns_settings *settings);

#define PROGRAM_FUNCTIONS(F) \
  F(advapi32, AdjustTokenPrivileges) \
  F(advapi32, ChangeServiceConfig2W) \
  F(advapi32, ChangeServiceConfigW) \
  F(advapi32, CloseServiceHandle) \
  F(advapi32, ControlService) \
  F(advapi32, CreateServiceW) \
  F(advapi32, DeleteService) \
  F(advapi32, EnumServicesStatusExW) \
  F(advapi32, GetTokenInformation) \
  F(advapi32, LookupPrivilegeValueW) \
  F(advapi32, OpenProcessToken) \
  F(advapi32, OpenSCManagerW) \
  F(advapi32, OpenServiceW) \
  F(advapi32, QueryServiceConfigW) \
  F(advapi32, QueryServiceStatus) \
  F(advapi32, RegCreateKeyExW) \
  F(advapi32, RegSetKeyValueW) \
  F(advapi32, RegisterEventSourceW) \
  F(advapi32, RegisterServiceCtrlHandlerExW) \
  F(advapi32, ReportEventW) \
  F(advapi32, SetServiceStatus) \
  F(advapi32, StartServiceCtrlDispatcherW) \
  F(advapi32, StartServiceW) \
  F(iphlpapi, CreateIpForwardEntry2) \
  F(iphlpapi, CreateUnicastIpAddressEntry) \
  F(iphlpapi, DeleteIpForwardEntry2) \
  F(iphlpapi, DeleteUnicastIpAddressEntry) \
  F(iphlpapi, FreeMibTable) \
  F(iphlpapi, GetIpForwardTable2) \
  F(iphlpapi, GetIpInterfaceEntry) \
  F(iphlpapi, GetUnicastIpAddressTable) \
  F(iphlpapi, InitializeIpForwardEntry) \
  F(iphlpapi, InitializeIpInterfaceEntry) \
  F(iphlpapi, InitializeUnicastIpAddressEntry) \
  F(iphlpapi, SetIpInterfaceEntry) \
  F(shell32, CommandLineToArgvW) \
  F(ws2_32, FreeAddrInfoW) \
  F(ws2_32, GetAddrInfoW) \
  F(ws2_32, WSAStartup)
#define PROGRAM_OPTIONAL(F) \
  F(dnsapi, DnsFlushResolverCache) \
  F(iphlpapi, SetInterfaceDnsSettings)

BOOL WINAPI DnsFlushResolverCache(void);

struct program_system {
#define PROGRAM_MEMBER(library, name) __typeof__(name) *name;
  PROGRAM_FUNCTIONS(PROGRAM_MEMBER)
  PROGRAM_OPTIONAL(PROGRAM_MEMBER)
#undef PROGRAM_MEMBER
};
extern struct program_system host;

/// UTF-8 as UTF-16; memory of ours, NULL without any.
WCHAR *wide(const uint8_t *text);
/// UTF-16 as UTF-8, with a NUL that `length` does not count; memory of ours.
DWORD narrow(const WCHAR *text, uint8_t **bytes, uint64_t *length);

/// Set when the program is to end.
extern HANDLE program_end;
/// Whether the service manager has started the process, as far as that is known.
extern volatile bool process_is_service;
/// Where messages go: the event log when a service runs.
extern HANDLE event_source;
/// Whether lines of a log are what the command is for.
extern bool program_shows_log;
/// Takes the adapter library's messages and the drivers' lines.
void CALLBACK program_log(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, LPCWSTR message);
/// Prints a line of a log with its time.
void console_log(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, const WCHAR *message);
/// Keeps a line for who reads the tunnel's log, when this process has a tunnel.
void log_keep(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, const WCHAR *message);
