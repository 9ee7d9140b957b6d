// The library's own image: found by its address and not by a name, because it need not be known to the loader.
#include "logger.h"
#include "process.h"

extern IMAGE_DOS_HEADER __ImageBase;

HMODULE image_base(void) { return (HMODULE)&__ImageBase; }

const void *image_file(const WCHAR *name, DWORD *length_bytes) {
  HRSRC found = FindResourceW(image_base(), name, (const WCHAR *)RT_RCDATA);
  HGLOBAL loaded = found == NULL ? NULL : LoadResource(image_base(), found);
  if (loaded == NULL) return NULL;
  *length_bytes = SizeofResource(image_base(), found);
  return LockResource(loaded);
}

struct thread {
  DWORD (*routine)(void *context);
  void *context;
  HMODULE held;
};

static DWORD WINAPI run(void *context) {
  struct thread thread = *(struct thread *)context;
  memory_give_back(context);
  DWORD result = thread.routine(thread.context);
  if (thread.held != NULL) FreeLibraryAndExitThread(thread.held, result);
  return result;
}

HANDLE thread_begin(DWORD (*routine)(void *context), void *context) {
  struct thread *thread = memory_take(sizeof *thread);
  if (thread == NULL) return NULL;
  thread->routine = routine;
  thread->context = context;
  // Unknown to the loader, nobody can unload it by accident.
  if (!GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (const WCHAR *)image_base(), &thread->held))
    thread->held = NULL;
  HANDLE made = CreateThread(NULL, 0, run, thread, 0, NULL);
  if (made != NULL) return made;
  DWORD error = GetLastError();
  if (thread->held != NULL) FreeLibrary(thread->held);
  memory_give_back(thread);
  SetLastError(error);
  return NULL;
}

BOOL WINAPI DllMain(HINSTANCE base, DWORD reason, void *reserved);

// Everything begins with the first call.
BOOL WINAPI DllMain(HINSTANCE base, DWORD reason, void *reserved) {
  (void)base, (void)reason, (void)reserved;
  return TRUE;
}
