// Performing what installation_step says.
#include "../Adapter/exports.h"
#include "package.h"

struct work {
  struct installation installation;
  /// Whether ours takes the place of a newer one.
  bool is_exact;
  struct WIREGUARD_ADAPTER *adapter;
  const WCHAR *name, *tunnel_type;
  struct snapshot *snapshots;
  /// Older packages, each in a folder of its own that is called by its number.
  WCHAR kept[MAX_PATH];
  uint32_t kept_count;
  /// Our package, when this has added it.
  WCHAR added[INF_NAME_ROOM];
};

static DWORD consider(const struct package *package, void *context) {
  struct work *work = context;
  installation_consider(&work->installation, package->date, package->number);
  return ERROR_SUCCESS;
}

static DWORD keep_one(const struct package *package, void *context) {
  struct work *work = context;
  WCHAR folder[MAX_PATH];
  if (!installation_replaces(&work->installation, package->date, package->number)) return ERROR_SUCCESS;
  text_format(folder, MAX_PATH, L"%ls\\%lu", work->kept, (unsigned long)work->kept_count);
  if (!CreateDirectoryW(folder, NULL)) return GetLastError();
  work->kept_count++;
  return store_copy(package->inf, folder);
}

static DWORD keep(struct work *work) {
  DWORD error = folder_make(work->kept);
  if (error == ERROR_SUCCESS) error = store_visit(keep_one, work);
  return error == ERROR_SUCCESS ? error : log_error(error, L"The driver that is to be replaced cannot be kept");
}

static DWORD remove_one(const struct package *package, void *context) {
  struct work *work = context;
  if (!installation_replaces(&work->installation, package->date, package->number)) return ERROR_SUCCESS;
  log_message(WIREGUARD_LOG_INFO, L"Removing the older driver package %ls", package->inf);
  return store_remove(package->inf, true);
}

static DWORD add(struct work *work) {
  WCHAR folder[MAX_PATH], inf[MAX_PATH];
  DWORD error = folder_make(folder);
  if (error != ERROR_SUCCESS) return error;
  text_format(inf, MAX_PATH, L"%ls\\needletail.inf", folder);
  error = folder_fill(folder);
  if (error == ERROR_SUCCESS) error = store_add(inf, work->added);
  // Whoever had a package that is gone. One that nobody can be given does not stay behind.
  if (error == ERROR_SUCCESS && work->kept_count > 0 && (error = store_give(inf)) != ERROR_SUCCESS)
    store_remove(work->added, true);
  folder_remove(folder);
  return error;
}

// All of them, and devices get the newest, as they would from Windows. INFs keep their names when they are packed up,
// but for the one in the store itself: there is one in each folder.
static DWORD put_back(struct work *work) {
  WCHAR newest_inf[MAX_PATH] = {0};
  struct package newest = {.date = 0};
  DWORD error = ERROR_SUCCESS;
  for (uint32_t i = 0; i < work->kept_count; i++) {
    WCHAR inf[MAX_PATH], added[INF_NAME_ROOM];
    struct package package;
    text_format(inf, MAX_PATH, L"%ls\\%lu\\needletail.inf", work->kept, (unsigned long)i);
    DWORD outcome = store_add(inf, added);
    if (error == ERROR_SUCCESS) error = outcome;
    if (outcome != ERROR_SUCCESS || !store_read(inf, &package)) continue;
    if (newest_inf[0] != 0 && !package_is_newer(&package, &newest)) continue;
    newest = package;
    lstrcpyW(newest_inf, inf);
  }
  DWORD outcome = newest_inf[0] != 0 ? store_give(newest_inf) : ERROR_SUCCESS;
  return error == ERROR_SUCCESS ? outcome : error;
}

static DWORD start(struct work *work) {
  // Only the driver was asked for.
  if (work->adapter == NULL) return ERROR_SUCCESS;
  DWORD error = software_device_make(work->adapter, work->name, work->tunnel_type);
  // What an adapter with this identifier had is not this one's.
  if (error == ERROR_SUCCESS) kept_forget(work->adapter->instance);
  if (error == ERROR_SUCCESS) error = connection_name(&work->adapter->id, work->name);
  if (error != ERROR_SUCCESS && work->adapter->software != NULL) {
    windows.SwDeviceClose(work->adapter->software);
    work->adapter->software = NULL;
    device_remove(work->adapter->instance);
  }
  return error;
}

static DWORD perform(struct work *work, uint32_t step) {
  switch (step) {
    case INSTALLATION_SURVEY:
      return store_visit(consider, work);
    case INSTALLATION_DISABLE:
      return snapshot_take(&work->snapshots);
    case INSTALLATION_AWAIT_UNLOAD:
      return running_await_unload();
    case INSTALLATION_KEEP:
      return keep(work);
    case INSTALLATION_REMOVE:
      return store_visit(remove_one, work);
    case INSTALLATION_ADD:
      return add(work);
    case INSTALLATION_START:
      return start(work);
    case INSTALLATION_WITHDRAW:
      return store_remove(work->added, true);
    case INSTALLATION_PUT_BACK:
      return put_back(work);
    case INSTALLATION_ENABLE:
      return snapshot_restore(work->snapshots);
    default:
      return ERROR_INVALID_STATE;
  }
}

static DWORD read_own_version(uint64_t *date, uint64_t *number) {
  return driver_version_parse((const uint16_t *)own_version, (uint64_t)lstrlenW(own_version), date, number)
             ? ERROR_SUCCESS
             : ERROR_VERSION_PARSE_ERROR;
}

static DWORD install(struct work *work) {
  uint64_t date, number;
  HANDLE mutex;
  DWORD error = read_own_version(&date, &number);
  if (error == ERROR_SUCCESS) error = mutex_take(MUTEX_DRIVER, &mutex);
  if (error != ERROR_SUCCESS) return error;
  installation_begin(&work->installation, date, number, work->is_exact);
  uint32_t step;
  while ((step = installation_step(&work->installation)) != INSTALLATION_DONE && step != INSTALLATION_FAILED) {
    DWORD outcome = perform(work, step);
    if (outcome != ERROR_SUCCESS && !installation_is_undoing(&work->installation)) error = outcome;
    installation_finish(&work->installation, outcome == ERROR_SUCCESS);
  }
  if (work->kept[0] != 0) folder_remove(work->kept);
  snapshot_give_back(work->snapshots);
  mutex_release(mutex);
  return step == INSTALLATION_DONE ? ERROR_SUCCESS : error;
}

DWORD install_and_make(struct WIREGUARD_ADAPTER *adapter, const WCHAR *name, const WCHAR *tunnel_type) {
  struct work work = {.adapter = adapter, .name = name, .tunnel_type = tunnel_type};
  return install(&work);
}

DWORD install_driver(bool is_exact) {
  HANDLE devices;
  DWORD error = system_begin();
  if (error == ERROR_SUCCESS) error = process_may_change_devices();
  if (error == ERROR_SUCCESS) error = mutex_take(MUTEX_DEVICES, &devices);
  if (error != ERROR_SUCCESS) return error;
  struct work work = {.is_exact = is_exact};
  error = install(&work);
  mutex_release(devices);
  return error;
}

static DWORD delete_one(const struct package *package, void *context) {
  DWORD *first_error = context;
  DWORD error = store_remove(package->inf, false);
  if (*first_error == ERROR_SUCCESS) *first_error = error;
  return ERROR_SUCCESS;
}

BOOL WINAPI WireGuardDeleteDriver(void) {
  HANDLE devices, driver;
  DWORD error = system_begin();
  if (error == ERROR_SUCCESS) error = process_may_change_devices();
  if (error == ERROR_SUCCESS && (error = mutex_take(MUTEX_DEVICES, &devices)) == ERROR_SUCCESS) {
    orphans_remove_now();
    if ((error = mutex_take(MUTEX_DRIVER, &driver)) == ERROR_SUCCESS) {
      DWORD outcome = ERROR_SUCCESS;
      error = store_visit(delete_one, &outcome);
      if (error == ERROR_SUCCESS) error = outcome;
      mutex_release(driver);
    }
    mutex_release(devices);
  }
  SetLastError(error);
  return error == ERROR_SUCCESS;
}
