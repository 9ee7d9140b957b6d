// Adapters over the replacing of their driver: state and configuration before, and the same afterwards.
#include "package.h"

#include "../../Include/needletail.h"

struct snapshot {
  struct snapshot *next;
  WCHAR instance[INSTANCE_ROOM];
  struct kept state;
  bool has_state, is_disabled;
};

// A device that has just started, and nobody has told it anything.
static bool is_pristine(const struct kept *state) {
  const WIREGUARD_INTERFACE *found = state->configuration;
  return !state->is_up && state->length_bytes == sizeof *found && found->PeersCount == 0 &&
         !(found->Flags & WIREGUARD_INTERFACE_HAS_PRIVATE_KEY);
}

static DWORD read_live(const WCHAR *instance, struct kept *state) {
  WCHAR path[PATH_ROOM];
  DWORD error = device_path(instance, path);
  if (error == ERROR_SUCCESS) error = control_get_state(path, &state->is_up);
  if (error == ERROR_SUCCESS) error = control_get_all(path, &state->configuration, &state->length_bytes);
  return error;
}

static void state_give_back(struct kept *state) {
  memory_wipe_back(state->configuration, state->length_bytes);
  *state = (struct kept){NULL, 0, 0};
}

/// What an adapter has: what it says, or else what it had when it was disabled and has not got back. `*is_kept` tells
/// which.
static DWORD look(struct snapshot *snapshot, bool *is_kept) {
  struct kept kept = {NULL, 0, 0};
  DWORD error = read_live(snapshot->instance, &snapshot->state);
  *is_kept = (error != ERROR_SUCCESS || is_pristine(&snapshot->state)) &&
             kept_read(snapshot->instance, &kept) == ERROR_SUCCESS;
  if (*is_kept) {
    state_give_back(&snapshot->state);
    snapshot->state = kept;
  }
  snapshot->has_state = error == ERROR_SUCCESS || *is_kept;
  return snapshot->has_state ? ERROR_SUCCESS : error;
}

// What an adapter that has never answered had is lost; disabled it is all the same, or the driver would stay.
static DWORD remember(struct snapshot *snapshot) {
  bool is_kept;
  DWORD error = look(snapshot, &is_kept);
  if (error != ERROR_SUCCESS) {
    log_error(error, L"The configuration of %ls cannot be read", snapshot->instance);
    return ERROR_SUCCESS;
  }
  if (!is_kept) error = kept_write(snapshot->instance, &snapshot->state);
  if (error != ERROR_SUCCESS) log_error(error, L"The configuration of %ls cannot be kept", snapshot->instance);
  return error;
}

static DWORD disable(struct snapshot *snapshot) {
  DWORD error = device_disable(snapshot->instance);
  snapshot->is_disabled = error == ERROR_SUCCESS;
  return error == ERROR_SUCCESS ? error : log_error(error, L"The adapter %ls cannot be disabled", snapshot->instance);
}

static DWORD take_one(const WCHAR *instance, struct snapshot **first) {
  // What others have left disabled has been restored: this is somebody's decision.
  if (device_is_disabled(instance)) return ERROR_SUCCESS;
  struct snapshot *snapshot = memory_take(sizeof *snapshot);
  if (snapshot == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  lstrcpynW(snapshot->instance, instance, INSTANCE_ROOM);
  snapshot->next = *first;
  *first = snapshot;
  DWORD error = remember(snapshot);
  return error == ERROR_SUCCESS ? disable(snapshot) : error;
}

DWORD snapshot_take(struct snapshot **first) {
  WCHAR *list;
  snapshot_recover();
  DWORD error = device_list(true, &list);
  if (error != ERROR_SUCCESS) return error;
  for (const WCHAR *instance = list; *instance != 0 && error == ERROR_SUCCESS; instance += lstrlenW(instance) + 1)
    error = take_one(instance, first);
  memory_give_back(list);
  return error;
}

static DWORD configure(const struct snapshot *snapshot) {
  WCHAR path[PATH_ROOM];
  DWORD error = device_await(snapshot->instance, path);
  if (error == ERROR_SUCCESS && snapshot->has_state) {
    error = control_set(path, snapshot->state.configuration, snapshot->state.length_bytes);
    if (error == ERROR_SUCCESS) error = control_set_state(path, snapshot->state.is_up);
  }
  if (error == ERROR_SUCCESS) kept_forget(snapshot->instance);
  return error;
}

static DWORD restore(const struct snapshot *snapshot) {
  DWORD error = ERROR_SUCCESS;
  if (snapshot->is_disabled) {
    error = device_enable(snapshot->instance);
    if (error == ERROR_SUCCESS) error = configure(snapshot);
  } else {
    // It was never disabled, so it has what it had.
    kept_forget(snapshot->instance);
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
    state_give_back(&first->state);
    memory_give_back(first);
    first = next;
  }
}

static bool is_present(const WCHAR *instance) {
  DEVINST device;
  return windows.CM_Locate_DevNodeW(&device, (DEVINSTID_W)instance, CM_LOCATE_DEVNODE_NORMAL) == CR_SUCCESS;
}

static void recover_one(const WCHAR *instance) {
  struct snapshot snapshot = {.is_disabled = false};
  bool is_kept = false;
  DWORD error = ERROR_SUCCESS;
  if (!is_present(instance)) {
    kept_forget(instance);
    return;
  }
  lstrcpynW(snapshot.instance, instance, INSTANCE_ROOM);
  if (look(&snapshot, &is_kept) != ERROR_SUCCESS) return;
  if (!is_kept) {
    // Somebody has configured it since, who knows better.
    kept_forget(instance);
  } else {
    if (device_is_disabled(instance)) error = device_enable(instance);
    if (error == ERROR_SUCCESS) error = configure(&snapshot);
    if (error == ERROR_SUCCESS) log_message(WIREGUARD_LOG_INFO, L"The adapter %ls is as it was again", instance);
    else log_error(error, L"The adapter %ls is not as it was", instance);
  }
  state_give_back(&snapshot.state);
}

void snapshot_recover(void) { kept_visit(recover_one); }
