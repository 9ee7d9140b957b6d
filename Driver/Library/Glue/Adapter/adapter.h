// Adapters: software devices below our own enumerator, found by a property of theirs, spoken to through NDIS'
// interface.
#pragma once

#include "../Process/logger.h"
#include "../Process/process.h"

#define ENUMERATOR L"Needletail"
/// The folder of our devices in the tree of devices; nothing outside it is ever touched.
#define ENUMERATOR_PATH L"SWD\\Needletail"
/// What the driver's INF is for.
#define HARDWARE_ID L"Needletail"

/// {4D36E972-E325-11CE-BFC1-08002BE10318}: network adapters.
extern const GUID net_class;
/// {CAC88484-7515-4C03-82E6-71A87ABAC361}: what NDIS registers for each.
extern const GUID net_interface;
/// The adapter's name, a string.
extern const DEVPROPKEY name_key;

enum { INSTANCE_ROOM = MAX_DEVICE_ID_LEN, PATH_ROOM = 512 };

struct WIREGUARD_ADAPTER {
  /// NULL when the adapter was opened only.
  software_handle software;
  WCHAR instance[INSTANCE_ROOM];
  WCHAR path[PATH_ROOM];
  GUID id;
  DWORD luid_index, interface_type;
  /// Of the reader of the log.
  SRWLOCK log_lock;
  HANDLE log_thread;
  volatile LONG log_mode;
};

// device.c: Win32 errors.

/// The instances below our enumerator, one string after the other, the last one empty; memory of ours.
DWORD device_list(bool present_only, WCHAR **list);
/// ERROR_NOT_FOUND when it has none.
DWORD device_name(const WCHAR *instance, WCHAR name[NAME_ROOM]);
/// The path of its interface; ERROR_FILE_NOT_FOUND while it is not there.
DWORD device_path(const WCHAR *instance, WCHAR path[PATH_ROOM]);
/// What NDIS keeps about it: identifier, index, type.
DWORD device_read(struct WIREGUARD_ADAPTER *adapter);
/// INVALID_HANDLE_VALUE with a last error.
HANDLE device_open(const WCHAR *path);
/// Waits until its interface is there, as long as an adapter may take to start; then says why it is not.
DWORD device_await(const WCHAR *instance, WCHAR path[PATH_ROOM]);
/// The problem of a device that has one, as an error; ERROR_DEVICE_NOT_AVAILABLE for want of a better one.
DWORD device_complain(const WCHAR *instance);
/// Removes what the registry knows of a device. One that is gone is success.
DWORD device_remove(const WCHAR *instance);
/// Stops a device that is present, until the system restarts at the latest.
DWORD device_disable(const WCHAR *instance);
DWORD device_enable(const WCHAR *instance);
/// Whether a device that is present has been disabled, by whomever.
bool device_is_disabled(const WCHAR *instance);

// software_device.c

/// Makes adapter->instance for the GUID, waits until it works, and reads what NDIS keeps. Nothing is left on failure.
DWORD software_device_make(struct WIREGUARD_ADAPTER *adapter, const WCHAR *name, const WCHAR *tunnel_type);

// connection.c

/// Names the connection; whoever has the name gets another one.
DWORD connection_name(const GUID *id, const WCHAR *name);

// control.c: one request each, on a handle of its own.

DWORD control(const WCHAR *path, DWORD code, void *in, DWORD in_bytes, void *out, DWORD out_bytes, DWORD *returned);
DWORD control_get_state(const WCHAR *path, DWORD *is_up);
DWORD control_set_state(const WCHAR *path, DWORD is_up);
DWORD control_set(const WCHAR *path, const void *configuration, DWORD length_bytes);
/// The whole configuration; memory of ours, which holds keys.
DWORD control_get_all(const WCHAR *path, void **configuration, DWORD *length_bytes);
/// How far things are, as the driver tells it beside the contract.
DWORD control_observe_all(const WCHAR *path, void **observation, DWORD *length_bytes);

enum {
  CODE_GET = 0xb098c506,
  CODE_SET = 0xb098c509,
  CODE_STATE = 0xb098c50c,
  CODE_LOG = 0xb098c510,
  CODE_OBSERVE = 0xb0986402,
};

/// Ends the reader of the log, if there is one, and waits for it.
void log_end(struct WIREGUARD_ADAPTER *adapter);
/// Has what is left over removed, some time soon.
void orphans_remove(void);
/// The same at once, by whoever has MUTEX_DEVICES.
void orphans_remove_now(void);
