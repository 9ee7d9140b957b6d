// Event tracing: providers, and one session of the test's that keeps the last event.
#include <emulation.h>

#define PROVIDERS 8

static struct emul_mutex lock;
static GUID providers[PROVIDERS];
static BOOLEAN is_registered[PROVIDERS];
/// Events up to this level are wanted; 0: there is no session.
static UCHAR session_level;
static uint32_t event_count;
static UCHAR last_level;
static char last_text[256];

NTSTATUS NTAPI EtwRegister(LPCGUID id, PETWENABLECALLBACK callback, PVOID context, PREGHANDLE handle) {
  (void)callback, (void)context;
  if (emul_must_fail(__builtin_return_address(0))) return STATUS_NO_MEMORY;
  emul_mutex_lock(&lock);
  uint32_t place = 0;
  while (place < PROVIDERS && is_registered[place]) place++;
  if (place < PROVIDERS) {
    is_registered[place] = TRUE;
    providers[place] = *id;
    *handle = place + 1;
  }
  emul_mutex_unlock(&lock);
  return place < PROVIDERS ? STATUS_SUCCESS : STATUS_NO_MEMORY;
}

static uint32_t place_of(REGHANDLE handle) {
  if (handle < 1 || handle > PROVIDERS || !is_registered[handle - 1])
    emul_fail("trace-handle: %llu is no registered provider", (unsigned long long)handle);
  return (uint32_t)(handle - 1);
}

NTSTATUS NTAPI EtwUnregister(REGHANDLE handle) {
  emul_mutex_lock(&lock);
  is_registered[place_of(handle)] = FALSE;
  emul_mutex_unlock(&lock);
  return STATUS_SUCCESS;
}

BOOLEAN NTAPI EtwProviderEnabled(REGHANDLE handle, UCHAR level, ULONGLONG keyword) {
  place_of(handle);
  return keyword != 0 && level <= session_level;
}

NTSTATUS NTAPI EtwWriteString(REGHANDLE handle, UCHAR level, ULONGLONG keyword, LPCGUID activity, PCWSTR text) {
  (void)keyword, (void)activity;
  emul_mutex_lock(&lock);
  place_of(handle);
  if (level <= session_level) {
    event_count++;
    last_level = level;
    uint32_t length = 0;
    for (; text[length] != 0 && length < sizeof last_text - 1; length++) last_text[length] = (char)text[length];
    last_text[length] = 0;
  }
  emul_mutex_unlock(&lock);
  return STATUS_SUCCESS;
}

/// Starts the session for events up to `level`, or ends it with 0.
__declspec(dllexport) void EmulTraceSession(uint32_t level) {
  emul_mutex_lock(&lock);
  session_level = (UCHAR)level;
  event_count = 0;
  emul_mutex_unlock(&lock);
}

/// How many events the session has, and the last one.
__declspec(dllexport) uint32_t EmulTraceLast(uint32_t *level, char text[256]) {
  emul_mutex_lock(&lock);
  uint32_t count = event_count;
  *level = last_level;
  for (uint32_t i = 0; i < 256; i++) text[i] = last_text[i];
  emul_mutex_unlock(&lock);
  return count;
}

/// Providers that are registered: a driver that is gone must have left none.
uint32_t EmulTraceProviders(void) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < PROVIDERS; i++) count += is_registered[i];
  return count;
}
