// Declarations of Windows' interfaces that mingw's headers lack, by Microsoft's pages: software devices (swdevice.h),
// names of network connections, drivers in the kernel, places in the driver store.
#pragma once

#include <windows.h>

#include <cfgmgr32.h>
#include <devpropdef.h>

typedef struct HSWDEVICE__ *software_handle;

enum {
  SOFTWARE_SILENT_INSTALL = 2,
  SOFTWARE_DRIVER_REQUIRED = 8,
};

struct software_info {
  ULONG size_bytes;
  PCWSTR instance;
  PCWSTR hardware_ids, compatible_ids;
  const GUID *container;
  ULONG capabilities;
  PCWSTR description, location;
  const void *security;
};

struct software_property {
  DEVPROPKEY key;
  ULONG store;
  PCWSTR locale;
  DEVPROPTYPE type;
  ULONG size_bytes;
  const void *value;
};

typedef void(CALLBACK *software_callback)(software_handle device, HRESULT result, void *context, PCWSTR instance);

HRESULT WINAPI SwDeviceCreate(
    PCWSTR enumerator, PCWSTR parent, const struct software_info *info, ULONG property_count,
    const struct software_property *properties, software_callback callback, void *context, software_handle *device);
void WINAPI SwDeviceClose(software_handle device);

DWORD WINAPI NciSetConnectionName(const GUID *connection, PCWSTR name);

/// SystemModuleInformation: what is in the kernel. Source: phnt's ntexapi.h, RTL_PROCESS_MODULES.
enum { KERNEL_MODULES = 11 };
struct kernel_module {
  void *section, *mapped_base, *base;
  ULONG size_bytes, flags;
  USHORT load_index, start_index, load_count, name_at;
  UCHAR path[256];
};
struct kernel_modules {
  ULONG count;
  struct kernel_module modules[];
};
LONG WINAPI NtQuerySystemInformation(int kind, void *list, ULONG size_bytes, ULONG *needed_bytes);

BOOL WINAPI SetupGetInfDriverStoreLocationW(
    PCWSTR inf, void *platform, PCWSTR locale, WCHAR *path, DWORD count, DWORD *needed);

BOOL WINAPI UpdateDriverForPlugAndPlayDevicesW(HWND window, LPCWSTR hardware_id, LPCWSTR inf, DWORD flags,
    PBOOL must_restart);
/// Of Windows 10 1703.
BOOL WINAPI DiUninstallDriverW(HWND window, LPCWSTR inf, DWORD flags, PBOOL must_restart);
enum { UPDATE_FORCE = 1, UPDATE_NONINTERACTIVE = 4 };

#ifndef ERROR_VERSION_PARSE_ERROR
#define ERROR_VERSION_PARSE_ERROR 777L
#endif
ULONG WINAPI RtlNtStatusToDosError(LONG status);
