// The reader of an adapter's log: a thread that waits in the driver for the next line.
#include "adapter.h"
#include "exports.h"

enum { LINE_BYTES = 128, TEXT_AT = 8 };

static void hand_on(const struct WIREGUARD_ADAPTER *adapter, const BYTE *entry) {
  DWORD64 timestamp;
  WCHAR line[16 + LINE_BYTES];
  int length = 0;
  uint32_t level = log_line_level(entry[TEXT_AT]);
  if (level == LOG_NO_LINE) return;
  memcpy(&timestamp, entry, sizeof timestamp);
  if (adapter->log_mode == LOG_MODE_PREFIXED) {
    NET_LUID luid = {.Value = adapter_luid(adapter->luid_index, adapter->interface_type)};
    NET_IFINDEX index = 0;
    if (windows.ConvertInterfaceLuidToIndex(&luid, &index) != NO_ERROR) index = adapter->luid_index;
    length = text_format(line, 16, L"%lu: ", index);
  }
  int text = 0;
  while (TEXT_AT + 1 + text < LINE_BYTES && entry[TEXT_AT + 1 + text] != 0) text++;
  length += MultiByteToWideChar(CP_UTF8, 0, (const char *)entry + TEXT_AT + 1, text, line + length, LINE_BYTES);
  line[length] = 0;
  log_line((WIREGUARD_LOGGER_LEVEL)level, timestamp, line);
}

// Waits in steps, so that somebody who wants it to end need not wait as long.
static void pause(const struct WIREGUARD_ADAPTER *adapter, DWORD duration_ms) {
  enum { STEP_MS = 50 };
  for (DWORD passed = 0; passed < duration_ms && adapter->log_mode != LOG_MODE_OFF; passed += STEP_MS) Sleep(STEP_MS);
}

static DWORD read_log(void *context) {
  struct WIREGUARD_ADAPTER *adapter = context;
  struct log_reader reader;
  uint32_t move = LOG_READER_READ, pause_ms = 0;
  log_reader_begin(&reader);
  HANDLE device = device_open(adapter->path);
  while (move != LOG_READER_END) {
    BYTE entry[LINE_BYTES];
    DWORD returned = 0;
    if (move == LOG_READER_REOPEN) {
      if (device != INVALID_HANDLE_VALUE) CloseHandle(device);
      pause(adapter, pause_ms);
      device = adapter->log_mode == LOG_MODE_OFF ? INVALID_HANDLE_VALUE : device_open(adapter->path);
    }
    if (device != INVALID_HANDLE_VALUE && DeviceIoControl(device, CODE_LOG, NULL, 0, entry, sizeof entry, &returned,
        NULL)) {
      hand_on(adapter, entry);
      move = log_reader_line(&reader);
    } else {
      move = log_reader_fail(&reader, GetLastError(), adapter->log_mode != LOG_MODE_OFF, &pause_ms);
    }
  }
  if (device != INVALID_HANDLE_VALUE) CloseHandle(device);
  InterlockedExchange(&adapter->log_mode, LOG_MODE_OFF);
  return 0;
}

// With log_lock. A thread that ended by itself is done with as well.
static void end(struct WIREGUARD_ADAPTER *adapter) {
  enum { RETRY_MS = 100 };
  if (adapter->log_thread == NULL) return;
  InterlockedExchange(&adapter->log_mode, LOG_MODE_OFF);
  // It may be about to wait and not wait yet: it is told again and again.
  do CancelSynchronousIo(adapter->log_thread);
  while (WaitForSingleObject(adapter->log_thread, RETRY_MS) == WAIT_TIMEOUT);
  CloseHandle(adapter->log_thread);
  adapter->log_thread = NULL;
}

void log_end(struct WIREGUARD_ADAPTER *adapter) {
  AcquireSRWLockExclusive(&adapter->log_lock);
  end(adapter);
  ReleaseSRWLockExclusive(&adapter->log_lock);
}

// Besides whoever holds log_lock only the reader changes the mode, and only to off, when it ends.
static DWORD set_mode(struct WIREGUARD_ADAPTER *adapter, LONG mode) {
  LONG before = adapter->log_mode;
  if (mode != LOG_MODE_OFF && before != LOG_MODE_OFF &&
      InterlockedCompareExchange(&adapter->log_mode, mode, before) == before)
    return ERROR_SUCCESS;
  end(adapter);
  if (mode == LOG_MODE_OFF) return ERROR_SUCCESS;
  InterlockedExchange(&adapter->log_mode, mode);
  adapter->log_thread = thread_begin(read_log, adapter);
  if (adapter->log_thread != NULL) return ERROR_SUCCESS;
  DWORD error = GetLastError();
  InterlockedExchange(&adapter->log_mode, LOG_MODE_OFF);
  return error;
}

BOOL WINAPI WireGuardSetAdapterLogging(WIREGUARD_ADAPTER_HANDLE adapter, WIREGUARD_ADAPTER_LOG_STATE state) {
  uint32_t mode = log_mode((uint32_t)state);
  if (mode == LOG_MODE_NONE) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  AcquireSRWLockExclusive(&adapter->log_lock);
  DWORD error = set_mode(adapter, (LONG)mode);
  ReleaseSRWLockExclusive(&adapter->log_lock);
  SetLastError(error);
  return error == ERROR_SUCCESS;
}
