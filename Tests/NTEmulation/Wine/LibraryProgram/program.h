// What the parts of library.exe share: checks, the library's functions, other processes of this program.
#pragma once

#include "../../../../Driver/Library/Include/needletail.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

extern int failures, checks;
void check(bool holds, const char *what, const char *file, int line);
#define CHECK(condition, what) check((condition), what, __FILE_NAME__, __LINE__)
/// A call that has to fail, and the last error that it leaves.
#define CHECK_FAILS(call, error, what) CHECK((SetLastError(0x1234), !(call)) && last_error_is(error), what)
bool last_error_is(DWORD error);

/// The functions of one library, found by name.
struct library {
  WIREGUARD_CREATE_ADAPTER_FUNC *create;
  WIREGUARD_OPEN_ADAPTER_FUNC *open;
  WIREGUARD_CLOSE_ADAPTER_FUNC *close;
  WIREGUARD_GET_ADAPTER_LUID_FUNC *get_luid;
  WIREGUARD_GET_RUNNING_DRIVER_VERSION_FUNC *running_version;
  WIREGUARD_DELETE_DRIVER_FUNC *delete_driver;
  WIREGUARD_SET_LOGGER_FUNC *set_logger;
  WIREGUARD_SET_ADAPTER_LOGGING_FUNC *set_logging;
  WIREGUARD_SET_ADAPTER_STATE_FUNC *set_state;
  WIREGUARD_GET_ADAPTER_STATE_FUNC *get_state;
  WIREGUARD_SET_CONFIGURATION_FUNC *set;
  WIREGUARD_GET_CONFIGURATION_FUNC *get;
};
extern struct library library;
/// Finds all twelve with `find`; false when one is missing.
bool library_find(FARPROC (*find)(void *image, const char *name), void *image);
/// Loads "C:\needletail\FOLDER\needletail.dll".
HMODULE library_load(const WCHAR *folder);

/// Takes what is logged, and prints it. Messages that contain a text since the last log_forget.
void CALLBACK log_take(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp, LPCWSTR message);
int log_count(const WCHAR *text);
/// Waits up to ten seconds for one.
bool log_has(const WCHAR *text);
void log_forget(void);

/// A process of this program, with arguments. It says "ready" by an event when it is asked to hold something.
struct child {
  HANDLE process, ready;
};
bool child_begin(struct child *child, const WCHAR *mode, const WCHAR *folder, const WCHAR *name);
bool child_is_ready(struct child *child);
/// Its exit code; it is ended when it takes more than a minute.
DWORD child_end(struct child *child);
void child_kill(struct child *child);
/// The identifier of the adapter that it makes.
GUID child_id(const WCHAR *name);
/// The same in capitals and braces, as instances of devices are called.
void child_id_text(const WCHAR *name, WCHAR text[39]);
/// What such a process does.
int child_run(const char *mode, const WCHAR *folder, const WCHAR *name, const WCHAR *event);

/// A configuration with an identity, a port and one peer, byte by byte.
struct configuration {
  WIREGUARD_INTERFACE interface_record;
  WIREGUARD_PEER peer;
  WIREGUARD_ALLOWED_IP allowed;
};
void configuration_make(struct configuration *configuration, BYTE key);
/// Whether the adapter has it, and is up or down.
bool configuration_is(WIREGUARD_ADAPTER_HANDLE adapter, BYTE key, WIREGUARD_ADAPTER_STATE state);

// The parts, one a file.
void test_mapped(void);
void test_adapters(void);
void test_names(void);
void test_control(void);
void test_log(void);
void test_processes(void);
void test_packages(void);
void test_deaths(void);
void test_emulated(void);
/// What an emulated process does, by the name of its mode.
int emulated_run(const char *mode, const WCHAR *name);
/// How many packages with this version are in the store.
int packages_of(const char *version);
/// Waits until there is no such adapter, up to ten seconds.
bool adapter_disappears(const WCHAR *name);
/// Opens an adapter and looks at it, or configures it.
bool adapter_has(const WCHAR *name, BYTE key, WIREGUARD_ADAPTER_STATE state);
bool adapter_configure(const WCHAR *name, BYTE key, WIREGUARD_ADAPTER_STATE state);
