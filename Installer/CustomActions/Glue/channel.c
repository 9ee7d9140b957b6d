#include "glue.h"

uint32_t channel_path(struct taken *path) {
  WCHAR folder[MAX_PATH];
  *path = (struct taken){NULL, 0};
  DWORD error = folder_path(L"channel", folder);
  if (error != ERROR_SUCCESS) return error;
  path->bytes = memory_take(TEXT_ROOM);
  if (path->bytes == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  path->length_bytes = text_narrow(folder, path->bytes, TEXT_ROOM);
  if (path->length_bytes != 0) return ERROR_SUCCESS;
  taken_give_back(path);
  return ERROR_BUFFER_OVERFLOW;
}

static DWORD folder_of(const uint8_t *path, uint64_t length, WCHAR folder[MAX_PATH]) {
  WCHAR wanted[TEXT_ROOM];
  DWORD error = text_widen(path, length, wanted);
  if (error == ERROR_SUCCESS) error = folder_path(L"channel", folder);
  if (error != ERROR_SUCCESS) return error;
  return CompareStringOrdinal(wanted, -1, folder, -1, TRUE) == CSTR_EQUAL ? ERROR_SUCCESS : ERROR_INVALID_PARAMETER;
}

uint32_t channel_has(const uint8_t *path, uint64_t length, uint32_t *found) {
  WCHAR folder[MAX_PATH];
  DWORD error = folder_of(path, length, folder);
  *found = error == ERROR_SUCCESS && GetFileAttributesW(folder) != INVALID_FILE_ATTRIBUTES;
  return error;
}

uint32_t channel_remove(const uint8_t *path, uint64_t length, uint32_t only_if_empty) {
  WCHAR folder[MAX_PATH];
  DWORD error = folder_of(path, length, folder);
  if (error != ERROR_SUCCESS) return error;
  if (only_if_empty) {
    RemoveDirectoryW(folder);
    return ERROR_SUCCESS;
  }
  folder_remove(folder);
  // Somebody runs a file of it, or has one open.
  return GetFileAttributesW(folder) == INVALID_FILE_ATTRIBUTES ? ERROR_SUCCESS : ERROR_DIR_NOT_EMPTY;
}
