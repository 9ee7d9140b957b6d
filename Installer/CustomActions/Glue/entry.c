// The actions as Windows Installer calls them. Each runs as the system, in a process of Windows Installer's.
#include "glue.h"

#include "../../../Driver/Library/Glue/Adapter/exports.h"

#include <msi.h>
#include <msiquery.h>

static MSIHANDLE installation;

static void tell(INSTALLMESSAGE kind, const WCHAR *text) {
  MSIHANDLE record = MsiCreateRecord(1);
  if (record == 0) return;
  // Field 0 is the format: the text stands for itself, whatever brackets it has.
  MsiRecordSetStringW(record, 0, L"[1]");
  MsiRecordSetStringW(record, 1, text);
  MsiProcessMessage(installation, kind, record);
  MsiCloseHandle(record);
}

void log_note(const uint8_t *line, uint64_t length) {
  WCHAR text[TEXT_ROOM];
  if (text_widen(line, length, text) == ERROR_SUCCESS) log_message(WIREGUARD_LOG_WARN, L"%ls", text);
}

static void CALLBACK take_message(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp, LPCWSTR message) {
  (void)level, (void)timestamp;
  WCHAR line[600];
  text_format(line, 600, L"Needletail: %ls", message);
  tell(INSTALLMESSAGE_INFO, line);
}

// What the package hands over: the property CustomActionData, in UTF-8.
static DWORD take_data(uint8_t data[TEXT_ROOM], uint64_t *length) {
  WCHAR wide[TEXT_ROOM];
  DWORD count = TEXT_ROOM;
  DWORD error = MsiGetPropertyW(installation, L"CustomActionData", wide, &count);
  if (error != ERROR_SUCCESS) return error;
  *length = text_narrow(wide, data, TEXT_ROOM);
  return *length == 0 && count != 0 ? ERROR_BUFFER_OVERFLOW : ERROR_SUCCESS;
}

static UINT run_locked(uint32_t action, uint32_t verb) {
  uint8_t data[TEXT_ROOM], reason[TEXT_ROOM];
  uint64_t length = 0, reason_length = 0;
  WCHAR text[TEXT_ROOM];
  DWORD error = verb == VERB_PERFORM ? take_data(data, &length) : ERROR_SUCCESS;
  if (error != ERROR_SUCCESS) {
    log_error(error, L"The action's data cannot be read");
    return ERROR_INSTALL_FAILURE;
  }
  if (action_run(action, verb, data, length, reason, TEXT_ROOM - 1, &reason_length)) return ERROR_SUCCESS;
  if (text_widen(reason, reason_length, text) != ERROR_SUCCESS) lstrcpyW(text, L"for a reason that is no text");
  // Only what fails the installation interrupts who installs; everything is in the log.
  tell(verb == VERB_PERFORM ? INSTALLMESSAGE_ERROR : INSTALLMESSAGE_INFO, text);
  return ERROR_INSTALL_FAILURE;
}

// Nobody else changes devices and their driver meanwhile. The mutexes are taken in the library's order.
static UINT run_alone(uint32_t action, uint32_t verb) {
  HANDLE devices, driver;
  UINT result = ERROR_INSTALL_FAILURE;
  DWORD error = system_begin();
  if (error == ERROR_SUCCESS) error = mutex_take(MUTEX_DEVICES, &devices);
  if (error == ERROR_SUCCESS) {
    error = mutex_take(MUTEX_DRIVER, &driver);
    if (error == ERROR_SUCCESS) {
      result = run_locked(action, verb);
      mutex_release(driver);
    }
    mutex_release(devices);
  }
  if (error != ERROR_SUCCESS) log_error(error, L"The action cannot begin");
  return result;
}

// A tunnel that starts or stops takes the mutexes itself, and is waited for.
static UINT run_with_others(uint32_t action, uint32_t verb) {
  DWORD error = system_begin();
  if (error != ERROR_SUCCESS) log_error(error, L"The action cannot begin");
  return error == ERROR_SUCCESS ? run_locked(action, verb) : ERROR_INSTALL_FAILURE;
}

static UINT run(MSIHANDLE handle, uint32_t action, uint32_t verb) {
  bool is_of_tunnels = action == ACTION_PAUSE_TUNNELS || action == ACTION_REMOVE_TUNNELS;
  installation = handle;
  WireGuardSetLogger(take_message);
  UINT result = is_of_tunnels ? run_with_others(action, verb) : run_alone(action, verb);
  WireGuardSetLogger(NULL);
  return result;
}

// Whoever installs, and before anything is decided: nothing fails here, and without an answer nothing goes back.
UINT WINAPI FindRollback(MSIHANDLE handle);

UINT WINAPI FindRollback(MSIHANDLE handle) {
  static const uint64_t unix_epoch_100ns = 116444736000000000u, second_100ns = 10000000u;
  WCHAR version[64], newer[256];
  uint8_t version_text[192], newer_text[TEXT_ROOM], note[TEXT_ROOM];
  DWORD version_count = 64, newer_count = 256;
  uint64_t note_length = 0;
  FILETIME time;
  installation = handle;
  if (MsiGetPropertyW(handle, L"ProductVersion", version, &version_count) != ERROR_SUCCESS ||
      MsiGetPropertyW(handle, L"NEWERVERSION", newer, &newer_count) != ERROR_SUCCESS)
    return ERROR_SUCCESS;
  GetSystemTimeAsFileTime(&time);
  uint64_t now_100ns = (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
  WireGuardSetLogger(take_message);
  bool is_found = rollback_find(version_text, text_narrow(version, version_text, sizeof version_text), newer_text,
      text_narrow(newer, newer_text, sizeof newer_text), (now_100ns - unix_epoch_100ns) / second_100ns, note,
      TEXT_ROOM - 1, &note_length);
  if (note_length != 0) log_note(note, note_length);
  WireGuardSetLogger(NULL);
  if (is_found) MsiSetPropertyW(handle, L"GoesBack", L"b");
  return ERROR_SUCCESS;
}

UINT WINAPI InstallDriver(MSIHANDLE handle);
UINT WINAPI RollBackInstallDriver(MSIHANDLE handle);
UINT WINAPI RemoveDriver(MSIHANDLE handle);
UINT WINAPI RollBackRemoveDriver(MSIHANDLE handle);
UINT WINAPI PauseTunnels(MSIHANDLE handle);
UINT WINAPI RollBackPauseTunnels(MSIHANDLE handle);
UINT WINAPI RemoveTunnels(MSIHANDLE handle);
UINT WINAPI RollBackRemoveTunnels(MSIHANDLE handle);
UINT WINAPI Commit(MSIHANDLE handle);

UINT WINAPI InstallDriver(MSIHANDLE handle) { return run(handle, ACTION_INSTALL_DRIVER, VERB_PERFORM); }
UINT WINAPI RollBackInstallDriver(MSIHANDLE handle) { return run(handle, ACTION_INSTALL_DRIVER, VERB_ROLL_BACK); }
UINT WINAPI RemoveDriver(MSIHANDLE handle) { return run(handle, ACTION_REMOVE_DRIVER, VERB_PERFORM); }
UINT WINAPI RollBackRemoveDriver(MSIHANDLE handle) { return run(handle, ACTION_REMOVE_DRIVER, VERB_ROLL_BACK); }

UINT WINAPI PauseTunnels(MSIHANDLE handle) { return run(handle, ACTION_PAUSE_TUNNELS, VERB_PERFORM); }
UINT WINAPI RollBackPauseTunnels(MSIHANDLE handle) { return run(handle, ACTION_PAUSE_TUNNELS, VERB_ROLL_BACK); }
UINT WINAPI RemoveTunnels(MSIHANDLE handle) { return run(handle, ACTION_REMOVE_TUNNELS, VERB_PERFORM); }
UINT WINAPI RollBackRemoveTunnels(MSIHANDLE handle) { return run(handle, ACTION_REMOVE_TUNNELS, VERB_ROLL_BACK); }

UINT WINAPI Commit(MSIHANDLE handle) {
  UINT result = ERROR_SUCCESS;
  for (uint32_t action = 0; action < ACTION_COUNT; action++)
    if (run(handle, action, VERB_COMMIT) != ERROR_SUCCESS) result = ERROR_INSTALL_FAILURE;
  return result;
}
