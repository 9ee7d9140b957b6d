// What processes have left that died: devices that nobody removed, below our own enumerator only, and adapters that
// were disabled while their driver was replaced.
#include "../Package/package.h"
#include "adapter.h"

static volatile LONG is_at_work;

void orphans_remove_now(void) {
  WCHAR *list;
  snapshot_recover();
  if (device_list(false, &list) != ERROR_SUCCESS) return;
  for (const WCHAR *instance = list; *instance != 0; instance += lstrlenW(instance) + 1) {
    DEVINST device;
    ULONG status = 0, problem = 0;
    bool has_status =
        windows.CM_Locate_DevNodeW(&device, (DEVINSTID_W)instance, CM_LOCATE_DEVNODE_PHANTOM) == CR_SUCCESS &&
        windows.CM_Get_DevNode_Status(&status, &problem, device, 0) == CR_SUCCESS;
    // One that is on its way back to its maker has a problem until it has started.
    if (kept_has(instance) || !adapter_is_orphan(has_status, has_status && (status & DN_HAS_PROBLEM) ? problem : 0))
      continue;
    DWORD error = device_remove(instance);
    if (error == ERROR_SUCCESS) log_message(WIREGUARD_LOG_INFO, L"Removed the orphaned adapter %ls", instance);
    else log_error(error, L"The orphaned adapter %ls cannot be removed", instance);
  }
  memory_give_back(list);
}

static DWORD work(void *context) {
  (void)context;
  HANDLE mutex;
  if (mutex_take(MUTEX_DEVICES, &mutex) == ERROR_SUCCESS) {
    orphans_remove_now();
    mutex_release(mutex);
  }
  InterlockedExchange(&is_at_work, 0);
  return 0;
}

void orphans_remove(void) {
  DWORD error = GetLastError();
  if (process_may_change_devices() == ERROR_SUCCESS && InterlockedCompareExchange(&is_at_work, 1, 0) == 0) {
    HANDLE thread = thread_begin(work, NULL);
    if (thread != NULL) CloseHandle(thread);
    else InterlockedExchange(&is_at_work, 0);
  }
  SetLastError(error);
}
