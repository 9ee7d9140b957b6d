// Between the files of this folder.
#pragma once

#include <windows.h>

/// The helper among the files that this library carries.
#define HELPER_FILE L"needletail-helper.dll"

/// Where Windows' programs for its own processor lie, below its folder. native_is_elsewhere has been asked before.
const WCHAR *native_folder(void);

// place.c

/// A helper on the disk, and where its outputs go.
struct place {
  WCHAR helper[MAX_PATH], answer[MAX_PATH], log[MAX_PATH];
  HANDLE held;
};
/// Writes a helper. Nothing is left on failure.
DWORD place_begin(struct place *place, const void *helper, DWORD length_bytes);
/// Removes it, and the folder if it was the last one.
void place_end(struct place *place);
