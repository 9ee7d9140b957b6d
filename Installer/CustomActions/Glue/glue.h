// What the glue's files share. The adapter library's glue (Driver/Library/Glue) is linked in: packages, adapters and
// their configuration, messages, memory.
#pragma once

#include "../../../Driver/Library/Glue/Package/package.h"
#include "../Include/windows_system.h"

enum { TEXT_ROOM = 768 };
/// UTF-8 as Windows' text, with a NUL. ERROR_BUFFER_OVERFLOW when it is too long, ERROR_NO_UNICODE_TRANSLATION when it
/// is no text.
DWORD text_widen(const uint8_t *text, uint64_t length, WCHAR room[TEXT_ROOM]);
/// The other way; the length, and 0 when there is not room enough.
uint64_t text_narrow(const WCHAR *text, uint8_t *room, uint64_t count);

/// The folder of journals and of packages that are kept, and a name in it, or the folder itself with an empty one. It
/// is made when there is something to write, and goes with the last thing in it.
DWORD place_path(const WCHAR *name, WCHAR path[MAX_PATH]);
DWORD place_make(void);
void place_remove(void);
