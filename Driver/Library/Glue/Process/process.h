// The process that the library is in: memory, privileges, mutexes, the library's own image.
#pragma once

#include "system.h"

#include <stdbool.h>
#include <stdint.h>

#include "../../Include/decisions.h"

/// Zeroed memory; NULL with ERROR_OUTOFMEMORY.
void *memory_take(size_t length_bytes);
void memory_give_back(void *place);
/// The same, overwritten first: it held keys.
void memory_wipe_back(void *place, size_t length_bytes);

/// Whether the caller may make and remove devices: ERROR_ACCESS_DENIED unless its thread is elevated or the system's,
/// ERROR_NOT_SUPPORTED when the process is emulated and nobody can do it for it.
DWORD process_may_change_devices(void);
/// Whether the caller's thread belongs to the system itself.
bool process_is_system(void);
/// For files that only the system and administrators may write; NULL with a last error. Memory of LocalFree.
void *security_make(void);

/// Mutexes among all processes of the system and of administrators. A Win32 error.
enum mutex { MUTEX_DEVICES, MUTEX_DRIVER };
DWORD mutex_take(enum mutex mutex, HANDLE *taken);
void mutex_release(HANDLE taken);

/// The library's own image.
HMODULE image_base(void);
/// A file that is carried in the library, by its name; NULL with a last error.
const void *image_file(const WCHAR *name, DWORD *length_bytes);
/// A thread of the library's, which keeps the library in memory until it ends. NULL with a last error.
HANDLE thread_begin(DWORD (*routine)(void *context), void *context);
/// Random bytes.
void random_fill(void *place, ULONG length_bytes);

/// With braces and a NUL.
enum { GUID_ROOM = 39 };
bool guid_parse(const WCHAR *text, GUID *id);
void guid_print(const GUID *id, WCHAR text[GUID_ROOM]);
