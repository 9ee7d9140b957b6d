// What the library calls of Windows beyond the parts of kernel32.dll and ntdll.dll that every process uses: looked up
// in System32 when it is first needed. Nothing of it is imported, so whoever maps the library needs no more than those
// two.
#pragma once

#include "software_device.h"

#include <iphlpapi.h>
#include <setupapi.h>

#include <sddl.h>
#include <stdbool.h>

#define SYSTEM_FUNCTIONS(F) \
  F(advapi32, CheckTokenMembership) \
  F(advapi32, ConvertStringSecurityDescriptorToSecurityDescriptorW) \
  F(advapi32, CreateWellKnownSid) \
  F(advapi32, RegCloseKey) \
  F(advapi32, RegEnumKeyExW) \
  F(advapi32, RegGetValueW) \
  F(advapi32, RegOpenKeyExW) \
  F(advapi32, RegSetValueExW) \
  F(advapi32, SystemFunction036) \
  F(cfgmgr32, CM_Disable_DevNode) \
  F(cfgmgr32, CM_Enable_DevNode) \
  F(cfgmgr32, CM_Get_DevNode_PropertyW) \
  F(cfgmgr32, CM_Get_DevNode_Status) \
  F(cfgmgr32, CM_Get_Device_ID_ListW) \
  F(cfgmgr32, CM_Get_Device_ID_List_SizeW) \
  F(cfgmgr32, CM_Get_Device_Interface_ListW) \
  F(cfgmgr32, CM_Get_Device_Interface_List_SizeW) \
  F(cfgmgr32, CM_Locate_DevNodeW) \
  F(cfgmgr32, CM_Open_DevNode_Key) \
  F(cfgmgr32, SwDeviceClose) \
  F(cfgmgr32, SwDeviceCreate) \
  F(iphlpapi, ConvertInterfaceLuidToIndex) \
  F(kernel32, AddSIDToBoundaryDescriptor) \
  F(kernel32, CreateBoundaryDescriptorW) \
  F(kernel32, CreatePrivateNamespaceW) \
  F(kernel32, DeleteBoundaryDescriptor) \
  F(kernel32, OpenPrivateNamespaceW) \
  F(nci, NciSetConnectionName) \
  F(newdev, UpdateDriverForPlugAndPlayDevicesW) \
  F(ntdll, NtQuerySystemInformation) \
  F(setupapi, SetupCloseInfFile) \
  F(setupapi, SetupCopyOEMInfW) \
  F(setupapi, SetupDiCallClassInstaller) \
  F(setupapi, SetupDiCreateDeviceInfoList) \
  F(setupapi, SetupDiDestroyDeviceInfoList) \
  F(setupapi, SetupDiOpenDeviceInfoW) \
  F(setupapi, SetupGetInfDriverStoreLocationW) \
  F(setupapi, SetupGetLineTextW) \
  F(setupapi, SetupOpenInfFileW) \
  F(setupapi, SetupUninstallOEMInfW)

/// What is not in every Windows 10: NULL where it is missing.
#define SYSTEM_OPTIONAL(F) \
  F(newdev, DiUninstallDriverW)

/// RtlGenRandom.
BOOLEAN WINAPI SystemFunction036(void *buffer, ULONG length_bytes);

struct system {
#define SYSTEM_MEMBER(library, name) __typeof__(name) *name;
  SYSTEM_FUNCTIONS(SYSTEM_MEMBER)
  SYSTEM_OPTIONAL(SYSTEM_MEMBER)
#undef SYSTEM_MEMBER
};
extern struct system windows;

/// One function of a library in System32.
struct system_entry {
  const char *library;
  const char *name;
  bool is_optional;
};
#define SYSTEM_ENTRY(library, name) {#library, #name, false},
#define SYSTEM_OPTIONAL_ENTRY(library, name) {#library, #name, true},

/// Finds functions, those of one library after one another; FALSE with a last error when one is missing that has to be
/// there.
BOOL system_look_up(const struct system_entry *entries, int count, FARPROC *places);

/// Looks all of it up, once. A Win32 error, 0 when all is there.
DWORD system_begin(void);
