#include "glue.h"

// A key that is not there is no error: `*key` is NULL then.
static DWORD open(const uint8_t *path, uint64_t length, REGSAM access, HKEY *key) {
  WCHAR wide[TEXT_ROOM];
  *key = NULL;
  DWORD error = text_widen(path, length, wide);
  if (error != ERROR_SUCCESS) return error;
  error = (DWORD)RegOpenKeyExW(HKEY_LOCAL_MACHINE, wide, 0, access | KEY_WOW64_64KEY, key);
  return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

static DWORD query(HKEY key, const WCHAR *name, uint32_t *found, uint32_t *type, struct taken *data) {
  DWORD length = 0, kind = 0;
  DWORD error = (DWORD)RegQueryValueExW(key, name, NULL, &kind, NULL, &length);
  if (error == ERROR_FILE_NOT_FOUND) return ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) return error;
  data->bytes = memory_take(length + 1u);
  if (data->bytes == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  error = (DWORD)RegQueryValueExW(key, name, NULL, &kind, data->bytes, &length);
  if (error != ERROR_SUCCESS) {
    taken_give_back(data);
    return error;
  }
  data->length_bytes = length;
  *found = 1;
  *type = kind;
  return ERROR_SUCCESS;
}

uint32_t registry_get(const uint8_t *key, uint64_t key_length, const uint8_t *name, uint64_t name_length,
    uint32_t *found, uint32_t *type, struct taken *data) {
  HKEY opened;
  WCHAR wide[TEXT_ROOM];
  *found = 0;
  *type = 0;
  *data = (struct taken){NULL, 0};
  DWORD error = text_widen(name, name_length, wide);
  if (error == ERROR_SUCCESS) error = open(key, key_length, KEY_QUERY_VALUE, &opened);
  if (error != ERROR_SUCCESS || opened == NULL) return error;
  error = query(opened, wide, found, type, data);
  RegCloseKey(opened);
  return error;
}

uint32_t registry_has(const uint8_t *key, uint64_t key_length, uint32_t *found) {
  HKEY opened;
  DWORD error = open(key, key_length, KEY_QUERY_VALUE, &opened);
  *found = error == ERROR_SUCCESS && opened != NULL;
  if (*found) RegCloseKey(opened);
  return error;
}

uint32_t registry_set(const uint8_t *key, uint64_t key_length, const uint8_t *name, uint64_t name_length,
    uint32_t type, const uint8_t *data, uint64_t length_bytes) {
  HKEY opened;
  WCHAR wide[TEXT_ROOM];
  DWORD error = text_widen(key, key_length, wide);
  if (error == ERROR_SUCCESS)
    error = (DWORD)RegCreateKeyExW(HKEY_LOCAL_MACHINE, wide, 0, NULL, REG_OPTION_NON_VOLATILE,
        KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &opened, NULL);
  if (error != ERROR_SUCCESS) return error;
  error = text_widen(name, name_length, wide);
  if (error == ERROR_SUCCESS) error = (DWORD)RegSetValueExW(opened, wide, 0, type, data, (DWORD)length_bytes);
  RegCloseKey(opened);
  return error;
}

uint32_t registry_remove(const uint8_t *key, uint64_t key_length, const uint8_t *name, uint64_t name_length) {
  HKEY opened;
  WCHAR wide[TEXT_ROOM];
  DWORD error = text_widen(name, name_length, wide);
  if (error == ERROR_SUCCESS) error = open(key, key_length, KEY_SET_VALUE, &opened);
  if (error != ERROR_SUCCESS || opened == NULL) return error;
  error = (DWORD)RegDeleteValueW(opened, wide);
  RegCloseKey(opened);
  return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

uint32_t registry_remove_key(const uint8_t *key, uint64_t key_length) {
  HKEY opened;
  WCHAR wide[TEXT_ROOM];
  DWORD keys = 0, values = 0;
  DWORD error = open(key, key_length, KEY_QUERY_VALUE, &opened);
  if (error != ERROR_SUCCESS || opened == NULL) return error;
  error = (DWORD)RegQueryInfoKeyW(opened, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL);
  RegCloseKey(opened);
  if (error != ERROR_SUCCESS || keys != 0 || values != 0) return error;
  error = text_widen(key, key_length, wide);
  if (error == ERROR_SUCCESS) error = (DWORD)RegDeleteKeyExW(HKEY_LOCAL_MACHINE, wide, KEY_WOW64_64KEY, 0);
  return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}
