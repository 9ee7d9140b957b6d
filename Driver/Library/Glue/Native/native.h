// What Windows lets only code of the system's own processor do. An emulated process asks a helper for it: a library of
// that processor, which this one carries, loaded by a program of Windows'.
#pragma once

#include <windows.h>

#include <stdbool.h>

/// Whether this process can have it done at all. ERROR_NOT_SUPPORTED when it is emulated and carries no helper.
DWORD native_check(void);
/// Whether somebody else does it for this process.
bool native_is_elsewhere(void);
/// A file that this library carries for the system's processor, as image_file.
const void *native_file(const WCHAR *name, DWORD *length_bytes);

/// What a helper does, by the names of its exports (Driver/Helper/helper.def).
enum native_verb {
  NATIVE_REMOVE_INSTANCE,
  NATIVE_DISABLE_INSTANCE,
  NATIVE_ENABLE_INSTANCE,
  NATIVE_ADD_DRIVER,
  NATIVE_REMOVE_DRIVER,
  NATIVE_TAKE_DRIVER,
  NATIVE_GIVE_DRIVER,
  NATIVE_AWAIT_UNLOAD,
  NATIVE_READ_VERSION,
};
/// How long a helper may take (Driver/library.mk): longer than a driver may take to leave the kernel.
extern const DWORD helper_limit_ms;

/// Has a helper do it. `text`, if not NULL, is what it answers with: room for ANSWER_TEXT_ROOM units. The helper's
/// error; ERROR_TIMEOUT when it was ended, ERROR_INVALID_DATA when it gave no answer.
DWORD native_ask(enum native_verb verb, const WCHAR *argument, WCHAR *text);
