// Drivers that replace each other while adapters are up, and one that does not start.
#include "program.h"

#define KEPT "C:\\needletail\\kept\\"

// Calls `visit`, which may be NULL, for each package of a version, by its number; how many there are.
static int visit_packages(const char *version, void (*visit)(int number)) {
  int count = 0;
  for (int number = 0; number < 64; number++) {
    char path[MAX_PATH], text[4096] = {0};
    _snprintf(path, sizeof path, "C:\\windows\\inf\\oem%d.inf", number);
    FILE *file = fopen(path, "rb");
    if (file == NULL) continue;
    fread(text, 1, sizeof text - 1, file);
    fclose(file);
    if (strstr(text, version) == NULL) continue;
    count++;
    if (visit != NULL) visit(number);
  }
  return count;
}

int packages_of(const char *version) { return visit_packages(version, NULL); }

static void keep(int number) {
  static const char *const names[] = {"needletail.inf", "needletail.sys", "needletail.cat"};
  CreateDirectoryA(KEPT, NULL);
  for (int i = 0; i < 3; i++) {
    char from[MAX_PATH], to[MAX_PATH];
    _snprintf(from, sizeof from, "C:\\windows\\system32\\DriverStore\\oem%d\\%s", number, names[i]);
    _snprintf(to, sizeof to, KEPT "%s", names[i]);
    CopyFileA(from, to, FALSE);
  }
}

static bool keep_package(const char *version) { return visit_packages(version, keep) == 1; }

// By somebody else than a library of ours.
static bool add_package(void) {
  typedef BOOL(WINAPI * copy)(PCWSTR, PCWSTR, DWORD, DWORD, PWSTR, DWORD, PDWORD, PWSTR *);
  copy add = (copy)(void *)GetProcAddress(LoadLibraryW(L"cfgmgr32.dll"), "SetupCopyOEMInfW");
  WCHAR path[MAX_PATH], *name;
  return add(L"C:\\needletail\\kept\\needletail.inf", NULL, 0, 0, path, MAX_PATH, NULL, &name);
}

static bool read_text(const char *key, const char *value, char text[MAX_PATH]) {
  DWORD length = MAX_PATH - 1;
  HKEY opened;
  memset(text, 0, MAX_PATH);
  if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, key, 0, KEY_READ, &opened) != ERROR_SUCCESS) return false;
  LSTATUS error = RegQueryValueExA(opened, value, NULL, NULL, (BYTE *)text, &length);
  RegCloseKey(opened);
  return error == ERROR_SUCCESS;
}

static int wanted_number, found_number;

static void note(int number) {
  if (number == wanted_number) found_number = number;
}

// Whether an adapter's device has its driver of a package of that version.
static bool has_package_of(const WCHAR *name, const char *version) {
  char key[MAX_PATH], text[MAX_PATH];
  WCHAR id[39];
  int number = -1;
  child_id_text(name, id);
  _snprintf(key, sizeof key, "System\\CurrentControlSet\\Enum\\SWD\\Needletail\\%ls", id);
  if (!read_text(key, "Driver", text)) return false;
  _snprintf(key, sizeof key, "System\\CurrentControlSet\\Control\\Class\\%s", text);
  if (!read_text(key, "InfPath", text) || sscanf(text, "oem%d.inf", &number) != 1) return false;
  found_number = -1;
  wanted_number = number;
  visit_packages(version, note);
  return found_number == number;
}

bool adapter_has(const WCHAR *name, BYTE key, WIREGUARD_ADAPTER_STATE state) {
  WIREGUARD_ADAPTER_HANDLE adapter = library.open(name);
  bool is_so = adapter != NULL && configuration_is(adapter, key, state);
  library.close(adapter);
  return is_so;
}

bool adapter_configure(const WCHAR *name, BYTE key, WIREGUARD_ADAPTER_STATE state) {
  struct configuration configuration;
  WIREGUARD_ADAPTER_HANDLE adapter = library.open(name);
  configuration_make(&configuration, key);
  bool is_done = adapter != NULL && library.set(adapter, &configuration.interface_record, sizeof configuration) &&
                 library.set_state(adapter, state);
  library.close(adapter);
  return is_done;
}

// Where removing a package by force leaves devices without another one.
static void test_before_1703(void) {
  struct child old, child;
  CHECK(adapter_disappears(L"Up") && adapter_disappears(L"Down") && library.delete_driver(),
      "no driver is in the store");
  CHECK(child_begin(&old, L"hold", L"older", L"Up") && child_is_ready(&old) && has_package_of(L"Up", "2025,0.0.9.0") &&
            add_package(),
      "an older library makes an adapter, and somebody adds the newer package");
  SetEnvironmentVariableA("NEEDLETAIL_BEFORE_1703", "1");
  CHECK(child_begin(&child, L"make", L"newer", L"New") && child_end(&child) == 0 && packages_of("2025,0.0.9.0") == 0,
      "before Windows 10 1703, a newer library removes the older package");
  SetEnvironmentVariableA("NEEDLETAIL_BEFORE_1703", NULL);
  CHECK(has_package_of(L"Up", "2027,0.2.0.0"), "and its adapter gets the newer one");
  child_kill(&old);
}

void test_packages(void) {
  printf("packages\n");
  struct child old[2], child;
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(L"User", L"Type", NULL);
  CHECK(adapter != NULL && packages_of("needletail.sys") == 1, "the driver's package is in the store");
  CHECK_FAILS(library.delete_driver(), (DWORD)0xe000023d, "while an adapter uses it, it is not removed");
  library.close(adapter);
  CHECK(library.delete_driver() && packages_of("needletail.sys") == 0, "then it is");
  CHECK(library.delete_driver(), "one that is not there is removed");
  CHECK(child_begin(&old[0], L"hold", L"older", L"Up") && child_is_ready(&old[0]) &&
            child_begin(&old[1], L"hold", L"older", L"Down") && child_is_ready(&old[1]) &&
                packages_of("2025,0.0.9.0") == 1,
      "an older library makes two adapters");
  CHECK(keep_package("2025,0.0.9.0"), "somebody keeps a copy of its package");
  CHECK(adapter_configure(L"Up", 0x10, WIREGUARD_ADAPTER_STATE_UP) &&
            adapter_configure(L"Down", 0x30, WIREGUARD_ADAPTER_STATE_DOWN),
      "which are configured, one of them up");
  CHECK(child_begin(&child, L"make", L"newer", L"New") && child_end(&child) == 0, "a newer one makes another");
  CHECK(packages_of("2027,0.2.0.0") == 1 && packages_of("needletail.sys") == 1,
      "with its package instead of the older");
  CHECK(adapter_has(L"Up", 0x10, WIREGUARD_ADAPTER_STATE_UP) &&
            adapter_has(L"Down", 0x30, WIREGUARD_ADAPTER_STATE_DOWN),
      "and the two are as they were");
  CHECK(child_begin(&child, L"fail", L"broken", L"Broken") && child_end(&child) == 0,
      "one whose driver does not load fails");
  CHECK(packages_of("2027,0.2.0.0") == 1 && packages_of("needletail.sys") == 1, "the package that worked is back");
  CHECK(adapter_has(L"Up", 0x10, WIREGUARD_ADAPTER_STATE_UP) &&
            adapter_has(L"Down", 0x30, WIREGUARD_ADAPTER_STATE_DOWN),
      "and the two are as they were");
  CHECK(child_begin(&child, L"make", L"older", L"Old") && child_end(&child) == 0 && packages_of("2027,0.2.0.0") == 1 &&
            packages_of("needletail.sys") == 1,
      "an older library uses the newer driver");
  CHECK(add_package() && packages_of("2025,0.0.9.0") == 1 && packages_of("needletail.sys") == 2,
      "somebody adds the oldest package to the store again");
  CHECK(has_package_of(L"Up", "2027,0.2.0.0") && has_package_of(L"Down", "2027,0.2.0.0"),
      "which nobody's adapter gets");
  CHECK(child_begin(&child, L"fail", L"broken", L"Broken") && child_end(&child) == 0 &&
            packages_of("2025,0.0.9.0") == 1 && packages_of("2027,0.2.0.0") == 1 && packages_of("needletail.sys") == 2,
      "when the broken one has failed once more, both are back");
  CHECK(has_package_of(L"Up", "2027,0.2.0.0") && has_package_of(L"Down", "2027,0.2.0.0"),
      "and adapters have got the newest of them");
  CHECK(keep_package("2027,0.2.0.0"), "somebody keeps a copy of the newer package");
  child_kill(&old[0]);
  child_kill(&old[1]);
  test_before_1703();
}
