// What the files here share: the bus, and the instances below "SWD\Needletail".
#pragma once

#include <windows.h>

#include <cfgmgr32.h>
#include <setupapi.h>

#include <stdbool.h>

#include "../SoftwareDevices/protocol.h"

#define PREFIX L"SWD\\Needletail\\"
enum { PREFIX_LENGTH = sizeof PREFIX / sizeof(WCHAR) - 1 };

BOOL WINAPI SetupDiSetDevicePropertyW(
    HDEVINFO set, PSP_DEVINFO_DATA device, const DEVPROPKEY *key, DEVPROPTYPE type, const BYTE *value,
        DWORD length_bytes,
    DWORD flags);

/// A handle of the bus, which is started if need be; INVALID_HANDLE_VALUE without it.
HANDLE bus_open(void);
/// One request on a handle of its own. A Win32 error.
DWORD bus_ask(DWORD code, const WCHAR *instance, void *answer, DWORD length_bytes);
/// A list of one device; INVALID_HANDLE_VALUE when the registry does not know it.
HDEVINFO device_set(const WCHAR *instance, SP_DEVINFO_DATA *device);
/// Whether any software device of ours is present.
bool device_is_any_present(void);
/// Ends the process when the file "C:\\needletail\\dies-NAME" is there, and takes the file away: for tests of what a
/// process leaves that dies on its way.
void death_at(const char *name);
/// Whether this process is to find a Windows 10 before 1703.
bool system_is_old(void);
/// Before a device is made: tells Wine once more where the files of each package are.
void store_remind(void);
