// Processes that die while they replace a driver, with adapters of others that are disabled meanwhile.
#include "program.h"

#include <cfgmgr32.h>

#define KEPT "C:\\windows\\Needletail.adapters"
enum { KEY = 0x50, DEATH = 0x77 };

static bool is_kept(void) { return GetFileAttributesA(KEPT) != INVALID_FILE_ATTRIBUTES; }

// How a process ends that replaces the driver and may not come further than this.
static DWORD die(const char *place, const WCHAR *folder) {
  char path[MAX_PATH];
  struct child child;
  _snprintf(path, sizeof path, "C:\\needletail\\dies-%s", place);
  CloseHandle(CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  DWORD code = child_begin(&child, L"make", folder, L"Dying") ? child_end(&child) : 0;
  // It has been used, or another process would die of it.
  return DeleteFileA(path) ? 0 : code;
}

static bool comes_back(const WCHAR *name, BYTE key) {
  for (int tries = 0; tries < 100; tries++) {
    // Whoever opens something has it looked after.
    if (adapter_has(name, key, WIREGUARD_ADAPTER_STATE_UP) && !is_kept()) return true;
    Sleep(100);
  }
  return false;
}

// Somebody configures it as soon as it answers, before or after it has got back what it had.
static bool comes_to_have(const WCHAR *name, BYTE key) {
  for (int tries = 0; tries < 100; tries++) {
    if (adapter_configure(name, key, WIREGUARD_ADAPTER_STATE_UP)) return true;
    Sleep(100);
  }
  return false;
}

// Somebody disables an adapter, or enables it again.
static bool set_disabled(const WCHAR *name, bool is_disabled) {
  typedef CONFIGRET(WINAPI * locate)(PDEVINST, DEVINSTID_W, ULONG);
  typedef CONFIGRET(WINAPI * change)(DEVINST, ULONG);
  HMODULE manager = LoadLibraryW(L"cfgmgr32.dll");
  locate find = (locate)(void *)GetProcAddress(manager, "CM_Locate_DevNodeW");
  change set = (change)(void *)GetProcAddress(manager, is_disabled ? "CM_Disable_DevNode" : "CM_Enable_DevNode");
  WCHAR instance[MAX_DEVICE_ID_LEN];
  DEVINST device;
  lstrcpyW(instance, L"SWD\\Needletail\\");
  child_id_text(name, instance + lstrlenW(instance));
  return find(&device, instance, CM_LOCATE_DEVNODE_NORMAL) == CR_SUCCESS && set(device, 0) == CR_SUCCESS;
}

void test_deaths(void) {
  printf("deaths\n");
  struct child old, other, child;
  CHECK(library.delete_driver(), "no driver is in the store");
  CHECK(child_begin(&old, L"hold", L"older", L"Up") && child_is_ready(&old) &&
            adapter_configure(L"Up", KEY, WIREGUARD_ADAPTER_STATE_UP),
      "an older library has an adapter, which is up");
  CHECK(die("disabled", L"newer") == DEATH && is_kept(), "a newer one dies when it has disabled it");
  CHECK(library.open(L"Up") == NULL, "it does not answer");
  CHECK(comes_back(L"Up", KEY), "whoever comes next brings it back, up and with its configuration");
  CHECK(die("disabled", L"newer") == DEATH && is_kept(), "a newer one dies once more");
  CHECK(child_begin(&child, L"make", L"newer", L"New") && child_end(&child) == 0 && packages_of("2027,0.2.0.0") == 1,
      "one that comes next replaces the driver");
  CHECK(adapter_has(L"Up", KEY, WIREGUARD_ADAPTER_STATE_UP), "and the adapter is as it was");
  CHECK(die("enabled", L"broken") == DEATH && is_kept(), "another one dies when it has enabled it");
  CHECK(comes_back(L"Up", KEY), "it gets its configuration back");
  CHECK(die("enabled", L"broken") == DEATH && is_kept() && comes_to_have(L"Up", KEY + 0x10) &&
            comes_back(L"Up", KEY + 0x10),
      "unless somebody gives it another one");
  CHECK(child_begin(&other, L"hold", L"newer", L"Off") && child_is_ready(&other) && set_disabled(L"Off", true),
      "somebody disables an adapter");
  CHECK(child_begin(&child, L"fail", L"broken", L"Broken") && child_end(&child) == 0,
      "a driver is replaced, and does not start");
  CHECK(library.open(L"Off") == NULL && adapter_has(L"Up", KEY + 0x10, WIREGUARD_ADAPTER_STATE_UP),
      "it is disabled, the other one as it was");
  CHECK(set_disabled(L"Off", false) && comes_to_have(L"Off", KEY), "and is enabled again");
  CHECK(die("disabled", L"broken") == DEATH && is_kept(), "a process dies when it has disabled adapters");
  child_kill(&old);
  child_kill(&other);
  CHECK(adapter_disappears(L"Up") && adapter_disappears(L"Off"), "their makers die, and they are gone");
  for (int tries = 0; tries < 100 && is_kept(); tries++) Sleep(100);
  CHECK(!is_kept(), "what was kept of them is removed");
}
