// platform.sys under Wine: memory, the log and the clocks. A driver is an image in a process of Windows there, so this
// is Win32.
#include <windows.h>

#include "../../Loader/Platform/platform.h"

#define ALIGNMENT 64

void *platform_memory_take(size_t length_bytes) {
  uint8_t *block = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, length_bytes + ALIGNMENT + sizeof(void *));
  if (block == NULL) return NULL;
  void **place = (void **)(((uintptr_t)block + sizeof(void *) + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1));
  place[-1] = block;
  return place;
}

void platform_memory_give_back(void *place) {
  if (place != NULL) HeapFree(GetProcessHeap(), 0, ((void **)place)[-1]);
}

// The process has no standard handles. Whoever runs the tests shows this file.
void platform_log(const char *text) {
  HANDLE file = CreateFileW(
      L"C:\\needletail.log", FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
  DWORD written;
  if (file == INVALID_HANDLE_VALUE) return;
  WriteFile(file, text, (DWORD)lstrlenA(text), &written, NULL);
  WriteFile(file, "\r\n", 2, &written, NULL);
  CloseHandle(file);
}

void platform_fail(const char *text) {
  platform_log("FAIL");
  platform_log(text);
  TerminateProcess(GetCurrentProcess(), 70);
}

uint64_t wine_interrupt_time_100ns(void) {
  LARGE_INTEGER counter, frequency;
  QueryPerformanceCounter(&counter);
  QueryPerformanceFrequency(&frequency);
  uint64_t ticks = (uint64_t)counter.QuadPart, second = (uint64_t)frequency.QuadPart;
  return ticks / second * 10000000 + ticks % second * 10000000 / second;
}

uint64_t wine_system_time_100ns(void) {
  FILETIME time;
  GetSystemTimePreciseAsFileTime(&time);
  return (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime;
}
