// Requests to the driver, each on a handle of its own, so that no handle keeps an adapter from being removed.
#include "adapter.h"

#include "exports.h"

DWORD control(const WCHAR *path, DWORD code, void *in, DWORD in_bytes, void *out, DWORD out_bytes, DWORD *returned) {
  DWORD unused;
  HANDLE device = device_open(path);
  if (device == INVALID_HANDLE_VALUE) return GetLastError();
  DWORD error = DeviceIoControl(device, code, in, in_bytes, out, out_bytes, returned != NULL ? returned : &unused, NULL)
                    ? ERROR_SUCCESS
                    : GetLastError();
  CloseHandle(device);
  return error;
}

DWORD control_get_state(const WCHAR *path, DWORD *is_up) {
  DWORD verb = 2;
  return control(path, CODE_STATE, &verb, sizeof verb, is_up, sizeof *is_up, NULL);
}

DWORD control_set_state(const WCHAR *path, DWORD is_up) {
  return control(path, CODE_STATE, &is_up, sizeof is_up, NULL, 0, NULL);
}

DWORD control_set(const WCHAR *path, const void *configuration, DWORD length_bytes) {
  return control(path, CODE_SET, NULL, 0, (void *)configuration, length_bytes, NULL);
}

// The whole answer to a question whose length is not known.
static DWORD read_all(const WCHAR *path, DWORD code, void **answer, DWORD *length_bytes) {
  DWORD room = 512;
  for (;;) {
    *answer = memory_take(room);
    if (*answer == NULL) return ERROR_NOT_ENOUGH_MEMORY;
    DWORD error = control(path, code, NULL, 0, *answer, room, length_bytes);
    if (error == ERROR_SUCCESS) return ERROR_SUCCESS;
    memory_wipe_back(*answer, room);
    // Whoever keeps it must not give it back once more.
    *answer = NULL;
    // It grew between the question and the answer, or the room was a guess.
    if (error != ERROR_MORE_DATA) return error;
    room = *length_bytes;
  }
}

DWORD control_get_all(const WCHAR *path, void **configuration, DWORD *length_bytes) {
  return read_all(path, CODE_GET, configuration, length_bytes);
}

DWORD control_observe_all(const WCHAR *path, void **observation, DWORD *length_bytes) {
  return read_all(path, CODE_OBSERVE, observation, length_bytes);
}

static BOOL outcome(DWORD error) {
  SetLastError(error);
  return error == ERROR_SUCCESS;
}

BOOL WINAPI WireGuardSetAdapterState(WIREGUARD_ADAPTER_HANDLE adapter, WIREGUARD_ADAPTER_STATE state) {
  uint32_t wanted = adapter_state((uint32_t)state);
  return outcome(wanted == ADAPTER_NO_STATE ? ERROR_INVALID_PARAMETER : control_set_state(adapter->path, wanted));
}

BOOL WINAPI WireGuardGetAdapterState(WIREGUARD_ADAPTER_HANDLE adapter, WIREGUARD_ADAPTER_STATE *state) {
  DWORD is_up = 0;
  DWORD error = control_get_state(adapter->path, &is_up);
  if (error == ERROR_SUCCESS) *state = (WIREGUARD_ADAPTER_STATE)is_up;
  return outcome(error);
}

BOOL WINAPI WireGuardSetConfiguration(WIREGUARD_ADAPTER_HANDLE adapter, const WIREGUARD_INTERFACE *config,
    DWORD bytes) {
  return outcome(control_set(adapter->path, config, bytes));
}

BOOL WINAPI WireGuardGetConfiguration(WIREGUARD_ADAPTER_HANDLE adapter, WIREGUARD_INTERFACE *config, DWORD *bytes) {
  DWORD returned = 0;
  DWORD error = control(adapter->path, CODE_GET, NULL, 0, config, *bytes, &returned);
  *bytes = returned;
  return outcome(error);
}
