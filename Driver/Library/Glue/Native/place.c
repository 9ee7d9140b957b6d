// Where helpers lie while they are asked: a folder below Windows' own, in which nobody but the system and
// administrators may make, open or change anything. Each has a name by chance, and is held open for as long as it is
// needed: a process that dies before it has removed its helper leaves it to the next one that asks.
#include "../Package/package.h"
#include "ask.h"

enum { TRIES = 3, NAME_BYTES = 16 };

// What nobody holds any more.
static void sweep(const WCHAR *folder) {
  WCHAR path[MAX_PATH];
  WIN32_FIND_DATAW found;
  text_format(path, MAX_PATH, L"%ls\\*", folder);
  HANDLE search = FindFirstFileW(path, &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) continue;
    text_format(path, MAX_PATH, L"%ls\\%ls", folder, found.cFileName);
    DeleteFileW(path);
  } while (FindNextFileW(search, &found));
  FindClose(search);
}

// There is no moment between writing and holding in which it is nobody's.
static DWORD write(struct place *place, const void *helper, DWORD length_bytes) {
  DWORD written = 0;
  HANDLE file = CreateFileW(
      place->helper, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return GetLastError();
  DWORD error = WriteFile(file, helper, length_bytes, &written, NULL) ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SUCCESS && written != length_bytes) error = ERROR_WRITE_FAULT;
  place->held =
      CreateFileW(place->helper, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
  if (error == ERROR_SUCCESS && place->held == INVALID_HANDLE_VALUE) error = GetLastError();
  CloseHandle(file);
  if (error != ERROR_SUCCESS) place_end(place);
  return error;
}

DWORD place_begin(struct place *place, const void *helper, DWORD length_bytes) {
  WCHAR folder[MAX_PATH], name[2 * NAME_BYTES + 1];
  BYTE random[NAME_BYTES];
  DWORD error = folder_path(L"helper", folder);
  place->held = INVALID_HANDLE_VALUE;
  random_fill(random, sizeof random);
  for (int i = 0; i < NAME_BYTES; i++) text_format(name + 2 * i, 3, L"%02x", random[i]);
  text_format(place->helper, MAX_PATH, L"%ls\\%ls.dll", folder, name);
  text_format(place->answer, MAX_PATH, L"%ls\\%ls.answer", folder, name);
  text_format(place->log, MAX_PATH, L"%ls\\%ls.log", folder, name);
  // Whoever was the last to leave takes the folder away.
  DWORD outcome = ERROR_PATH_NOT_FOUND;
  for (int i = 0; i < TRIES && error == ERROR_SUCCESS && outcome == ERROR_PATH_NOT_FOUND; i++) {
    error = folder_ensure(folder);
    sweep(folder);
    if (error == ERROR_SUCCESS) outcome = write(place, helper, length_bytes);
  }
  return error != ERROR_SUCCESS ? error : outcome;
}

void place_end(struct place *place) {
  WCHAR folder[MAX_PATH];
  if (place->held != INVALID_HANDLE_VALUE) CloseHandle(place->held);
  DeleteFileW(place->helper);
  if (folder_path(L"helper", folder) == ERROR_SUCCESS) RemoveDirectoryW(folder);
}
