// The driver store, with what the adapter library has for it.
#include "glue.h"

static bool describe(const struct package *package, const WCHAR *inf, struct store_package *found) {
  *found = (struct store_package){.date_100ns = package->date, .number = package->number};
  found->inf_length = text_narrow(inf, found->inf, PACKAGE_INF_ROOM);
  return found->inf_length > 0;
}

static DWORD count_one(const struct package *package, void *context) {
  (void)package;
  ++*(uint64_t *)context;
  return ERROR_SUCCESS;
}

struct list {
  struct store_package *next;
  uint64_t room;
};

static DWORD list_one(const struct package *package, void *context) {
  struct list *list = context;
  // One that has come since they were counted.
  if (list->room == 0) return ERROR_RETRY;
  if (!describe(package, package->inf, list->next)) return ERROR_BUFFER_OVERFLOW;
  list->next++;
  list->room--;
  return ERROR_SUCCESS;
}

uint32_t driver_list(struct taken *packages) {
  uint64_t count = 0;
  *packages = (struct taken){NULL, 0};
  DWORD error = system_begin();
  if (error == ERROR_SUCCESS) error = store_visit(count_one, &count);
  if (error != ERROR_SUCCESS || count == 0) return error;
  packages->bytes = memory_take((size_t)count * sizeof(struct store_package));
  if (packages->bytes == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  struct list list = {(struct store_package *)(void *)packages->bytes, count};
  error = store_visit(list_one, &list);
  packages->length_bytes = (count - list.room) * sizeof(struct store_package);
  if (error != ERROR_SUCCESS) taken_give_back(packages);
  return error;
}

uint32_t driver_read(const uint8_t *path, uint64_t length, struct store_package *package) {
  WCHAR wide[TEXT_ROOM];
  struct package found;
  DWORD error = text_widen(path, length, wide);
  if (error == ERROR_SUCCESS) error = system_begin();
  if (error != ERROR_SUCCESS) return error;
  if (!store_read(wide, &found)) return ERROR_BAD_DRIVER;
  return describe(&found, wide, package) ? ERROR_SUCCESS : ERROR_BUFFER_OVERFLOW;
}

uint32_t driver_add(const uint8_t *path, uint64_t length) {
  WCHAR wide[TEXT_ROOM], inf[INF_NAME_ROOM];
  DWORD error = text_widen(path, length, wide);
  return error == ERROR_SUCCESS ? store_add(wide, inf) : error;
}

static DWORD give(const WCHAR *inf) {
  WCHAR path[MAX_PATH];
  if (!windows.SetupGetInfDriverStoreLocationW(inf, NULL, NULL, path, MAX_PATH, NULL)) return GetLastError();
  return store_give(path);
}

uint32_t driver_use(const uint8_t *inf, uint64_t length) {
  WCHAR wide[TEXT_ROOM];
  struct snapshot *snapshots = NULL;
  DWORD error = text_widen(inf, length, wide);
  if (error != ERROR_SUCCESS) return error;
  error = snapshot_take(&snapshots);
  if (error == ERROR_SUCCESS) {
    // A driver that stays in memory is in use until the system restarts; the package is taken all the same.
    running_await_unload();
    error = give(wide);
  }
  // Whatever became of it, nobody is left disabled.
  DWORD outcome = snapshot_restore(snapshots);
  snapshot_give_back(snapshots);
  return error != ERROR_SUCCESS ? error : outcome;
}

uint32_t driver_remove(const uint8_t *inf, uint64_t length, uint32_t force, uint32_t *is_used) {
  WCHAR wide[TEXT_ROOM];
  DWORD error = text_widen(inf, length, wide);
  *is_used = 0;
  if (error != ERROR_SUCCESS) return error;
  if (!force) orphans_remove_now();
  error = store_remove(wide, force != 0);
  if (error != (DWORD)ERROR_INF_IN_USE_BY_DEVICES || force) return error;
  *is_used = 1;
  return ERROR_SUCCESS;
}

static DWORD kept_path(uint32_t number, const WCHAR *name, WCHAR path[MAX_PATH]) {
  WCHAR inner[64];
  text_format(inner, 64, L"kept\\%lu%ls", (unsigned long)number, name);
  return place_path(inner, path);
}

uint32_t driver_keep(const uint8_t *inf, uint64_t length, uint32_t number) {
  WCHAR wide[TEXT_ROOM], folder[MAX_PATH], path[MAX_PATH];
  DWORD error = text_widen(inf, length, wide);
  if (error == ERROR_SUCCESS) error = place_make();
  if (error == ERROR_SUCCESS) error = place_path(L"kept", folder);
  if (error == ERROR_SUCCESS) error = kept_path(number, L"", path);
  if (error != ERROR_SUCCESS) return error;
  if (!CreateDirectoryW(folder, NULL) && GetLastError() != ERROR_ALREADY_EXISTS) return GetLastError();
  // A copy that a crash has left may not be whole; while the package is in the store, it is made once more.
  folder_remove(path);
  return CreateDirectoryW(path, NULL) ? store_copy(wide, path) : GetLastError();
}

uint32_t driver_put_back(uint32_t number) {
  WCHAR path[MAX_PATH], inf[INF_NAME_ROOM];
  DWORD error = kept_path(number, L"\\needletail.inf", path);
  return error == ERROR_SUCCESS ? store_add(path, inf) : error;
}

uint32_t driver_forget(void) {
  WCHAR path[MAX_PATH];
  DWORD error = place_path(L"kept", path);
  if (error != ERROR_SUCCESS) return error;
  folder_remove(path);
  place_remove();
  return GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES ? ERROR_SUCCESS : ERROR_DIR_NOT_EMPTY;
}
