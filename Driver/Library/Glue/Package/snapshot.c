// Adapters over the replacing of their driver: state and configuration before, and the same afterwards.
#include "package.h"

struct snapshot {
  struct snapshot *next;
  WCHAR instance[INSTANCE_ROOM];
  void *configuration;
  DWORD length_bytes;
  DWORD is_up;
  bool has_state, is_disabled;
};

// What an adapter that does not answer had is lost; disabled it is all the same, or the driver would stay.
static void remember(struct snapshot *snapshot) {
  WCHAR path[PATH_ROOM];
  DWORD error = device_path(snapshot->instance, path);
  if (error == ERROR_SUCCESS) error = control_get_state(path, &snapshot->is_up);
  if (error == ERROR_SUCCESS) error = control_get_all(path, &snapshot->configuration, &snapshot->length_bytes);
  snapshot->has_state = error == ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) log_error(error, L"The configuration of %ls cannot be read", snapshot->instance);
}

static DWORD disable(struct snapshot *snapshot) {
  DWORD error = device_disable(snapshot->instance);
  snapshot->is_disabled = error == ERROR_SUCCESS;
  return error == ERROR_SUCCESS ? error : log_error(error, L"The adapter %ls cannot be disabled", snapshot->instance);
}

DWORD snapshot_take(struct snapshot **first) {
  WCHAR *list;
  DWORD error = device_list(true, &list);
  if (error != ERROR_SUCCESS) return error;
  for (const WCHAR *instance = list; *instance != 0 && error == ERROR_SUCCESS; instance += lstrlenW(instance) + 1) {
    struct snapshot *snapshot = memory_take(sizeof *snapshot);
    if (snapshot == NULL) {
      error = ERROR_NOT_ENOUGH_MEMORY;
      break;
    }
    lstrcpynW(snapshot->instance, instance, INSTANCE_ROOM);
    snapshot->next = *first;
    *first = snapshot;
    remember(snapshot);
    error = disable(snapshot);
  }
  memory_give_back(list);
  return error;
}

static DWORD restore(const struct snapshot *snapshot) {
  WCHAR path[PATH_ROOM];
  if (!snapshot->is_disabled) return ERROR_SUCCESS;
  DWORD error = device_enable(snapshot->instance);
  if (error == ERROR_SUCCESS) error = device_await(snapshot->instance, path);
  if (error == ERROR_SUCCESS && snapshot->has_state) {
    error = control_set(path, snapshot->configuration, snapshot->length_bytes);
    if (error == ERROR_SUCCESS) error = control_set_state(path, snapshot->is_up);
  }
  return error == ERROR_SUCCESS ? error : log_error(error, L"The adapter %ls is not as it was", snapshot->instance);
}

DWORD snapshot_restore(const struct snapshot *first) {
  DWORD error = ERROR_SUCCESS;
  for (; first != NULL; first = first->next) {
    DWORD outcome = restore(first);
    if (error == ERROR_SUCCESS) error = outcome;
  }
  return error;
}

void snapshot_give_back(struct snapshot *first) {
  while (first != NULL) {
    struct snapshot *next = first->next;
    memory_wipe_back(first->configuration, first->length_bytes);
    memory_give_back(first);
    first = next;
  }
}
