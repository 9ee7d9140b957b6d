// needletail-helper.dll: what a process that is emulated has native code do. It carries the library's glue and does
// what that does; rundll32 calls one function with one argument, and its outputs are told what became of it.
#include "../../Library/Glue/Adapter/exports.h"
#include "../../Library/Glue/Native/native.h"
#include "../../Library/Glue/Package/package.h"

static void print(DWORD output, const WCHAR *text, uint64_t length) {
  DWORD written;
  WriteFile(GetStdHandle(output), text, (DWORD)length * sizeof(WCHAR), &written, NULL);
}

static void CALLBACK on_message(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp, LPCWSTR message) {
  WCHAR line[HELPER_LINE_ROOM];
  uint64_t length = (uint64_t)lstrlenW(message);
  print(STD_ERROR_HANDLE, line,
      helper_line_print((uint32_t)level, timestamp, (const uint16_t *)message, length, (uint16_t *)line));
}

typedef DWORD (*verb)(const WCHAR *argument, WCHAR text[ANSWER_TEXT_ROOM]);

static DWORD perform(WCHAR *line, verb verb, WCHAR text[ANSWER_TEXT_ROOM]) {
  uint64_t start, count;
  DWORD error = system_begin();
  if (error != ERROR_SUCCESS) return error;
  if (line == NULL || !helper_argument((const uint16_t *)line, (uint64_t)lstrlenW(line), &start, &count))
    return log_error(ERROR_INVALID_PARAMETER, L"An argument in quotation marks is missing");
  line[start + count] = 0;
  return verb(line + start, text);
}

static void run(WCHAR *line, verb verb) {
  WCHAR text[ANSWER_TEXT_ROOM] = {0}, answer[ANSWER_ROOM];
  WireGuardSetLogger(on_message);
  DWORD error = perform(line, verb, text);
  print(STD_OUTPUT_HANDLE, answer,
      helper_answer_print(error, (const uint16_t *)text, (uint64_t)lstrlenW(text), (uint16_t *)answer));
}

// Nothing outside our own folder of devices is touched.
static bool is_ours(const WCHAR *instance) {
  static const WCHAR folder[] = ENUMERATOR_PATH L"\\";
  enum { COUNT = sizeof folder / sizeof folder[0] - 1 };
  return lstrlenW(instance) > COUNT && lstrlenW(instance) < INSTANCE_ROOM &&
         CompareStringOrdinal(instance, COUNT, folder, COUNT, TRUE) == CSTR_EQUAL;
}

static DWORD remove_instance(const WCHAR *instance, WCHAR *text) {
  (void)text;
  return is_ours(instance) ? device_remove(instance) : ERROR_INVALID_PARAMETER;
}

static DWORD disable_instance(const WCHAR *instance, WCHAR *text) {
  (void)text;
  return is_ours(instance) ? device_disable(instance) : ERROR_INVALID_PARAMETER;
}

static DWORD enable_instance(const WCHAR *instance, WCHAR *text) {
  (void)text;
  return is_ours(instance) ? device_enable(instance) : ERROR_INVALID_PARAMETER;
}

// The same for packages: an INF that is not ours is nobody's.
static DWORD add_driver(const WCHAR *inf_path, WCHAR *text) {
  struct package package;
  return store_read(inf_path, &package) ? store_add(inf_path, text) : ERROR_BAD_DRIVER;
}

static DWORD give_driver(const WCHAR *inf_path, WCHAR *text) {
  struct package package;
  (void)text;
  return store_read(inf_path, &package) ? store_give(inf_path) : ERROR_BAD_DRIVER;
}

struct wanted {
  const WCHAR *inf;
  bool force;
};

static DWORD remove_wanted(const struct package *package, void *context) {
  const struct wanted *wanted = context;
  if (CompareStringOrdinal(package->inf, -1, wanted->inf, -1, TRUE) != CSTR_EQUAL) return ERROR_SUCCESS;
  DWORD error = store_remove(package->inf, wanted->force);
  return error == ERROR_SUCCESS ? ERROR_NO_MORE_ITEMS : error;
}

static DWORD remove_package(const WCHAR *inf, bool force) {
  struct wanted wanted = {inf, force};
  DWORD error = store_visit(remove_wanted, &wanted);
  return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error == ERROR_SUCCESS ? ERROR_NOT_FOUND : error;
}

static DWORD remove_driver(const WCHAR *inf, WCHAR *text) { return (void)text, remove_package(inf, false); }
static DWORD take_driver(const WCHAR *inf, WCHAR *text) { return (void)text, remove_package(inf, true); }

static DWORD await_unload(const WCHAR *nothing, WCHAR *text) {
  (void)nothing, (void)text;
  return running_await_unload();
}

static DWORD read_version(const WCHAR *nothing, WCHAR *text) {
  (void)nothing;
  DWORD version = WireGuardGetRunningDriverVersion();
  if (version == 0) return GetLastError();
  text_format(text, ANSWER_TEXT_ROOM, L"%08lX", version);
  return ERROR_SUCCESS;
}

#define EXPORT(name, verb) \
  void CALLBACK name(HWND window, HINSTANCE instance, WCHAR *line, int show); \
  void CALLBACK name(HWND window, HINSTANCE instance, WCHAR *line, int show) { \
    (void)window, (void)instance, (void)show; \
    run(line, verb); \
  }
EXPORT(RemoveInstanceW, remove_instance)
EXPORT(DisableInstanceW, disable_instance)
EXPORT(EnableInstanceW, enable_instance)
EXPORT(AddDriverW, add_driver)
EXPORT(RemoveDriverW, remove_driver)
EXPORT(TakeDriverW, take_driver)
EXPORT(GiveDriverW, give_driver)
EXPORT(AwaitUnloadW, await_unload)
EXPORT(ReadVersionW, read_version)
