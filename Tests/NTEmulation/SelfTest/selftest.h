// A test of the emulated kernel, as a driver.
#pragma once

#include "../Samples/sample.h"

#include "check.h"

static inline LARGE_INTEGER after_ms(LONGLONG milliseconds) {
  return (LARGE_INTEGER){.QuadPart = -10000 * milliseconds};
}

/// Waits: the status, STATUS_TIMEOUT after so long.
static inline NTSTATUS wait_ms(PVOID object, LONGLONG milliseconds) {
  LARGE_INTEGER timeout = after_ms(milliseconds);
  return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &timeout);
}

/// Runs a routine on a thread of its own; the thread must be waited for and dereferenced.
static inline PVOID start(PKSTART_ROUTINE routine, PVOID context) {
  HANDLE handle;
  PVOID thread;
  CHECK(NT_SUCCESS(PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, routine, context)));
  CHECK(NT_SUCCESS(ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, NULL, KernelMode, &thread, NULL)));
  ZwClose(handle);
  return thread;
}

static inline void join(PVOID thread) {
  CHECK(wait_ms(thread, 5000) == STATUS_SUCCESS);
  ObDereferenceObject(thread);
}
