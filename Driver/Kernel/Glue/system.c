// Clocks and randomness. Up to DISPATCH_LEVEL.
#include "adapter.h"
#include "system.h"

/// The bug check's code when the system has no randomness: "NdlR".
#define BUG_NO_RANDOMNESS 0x526c644e

static BCRYPT_ALG_HANDLE generator;

NTSTATUS nt_random_open(void) {
  return BCryptOpenAlgorithmProvider(&generator, BCRYPT_RNG_ALGORITHM, NULL, BCRYPT_PROV_DISPATCH);
}

void nt_random_close(void) {
  if (generator != NULL) BCryptCloseAlgorithmProvider(generator, 0);
  generator = NULL;
}

// A key that is not random would be worse than no system: there is no other answer to a generator that fails.
void host_random(void *adapter, uint8_t *place, size_t length_bytes) {
  UNREFERENCED_PARAMETER(adapter);
  NTSTATUS status = BCryptGenRandom(generator, place, (ULONG)length_bytes, 0);
  if (!NT_SUCCESS(status)) KeBugCheckEx(BUG_NO_RANDOMNESS, (ULONG_PTR)status, length_bytes, 0, 0);
}

uint64_t host_boot_time_ns(void *adapter) {
  UNREFERENCED_PARAMETER(adapter);
  ULONG64 counter;
  return KeQueryInterruptTimePrecise(&counter) * 100;
}

uint64_t host_wall_time_100ns(void *adapter) {
  UNREFERENCED_PARAMETER(adapter);
  LARGE_INTEGER time;
  KeQuerySystemTimePrecise(&time);
  return (uint64_t)time.QuadPart;
}
