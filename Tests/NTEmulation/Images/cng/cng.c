// cng.sys: the random generator.
#include <services.h>

#include <nt/kernel.h>

static int generator;

NTSTATUS NTAPI BCryptOpenAlgorithmProvider(
    BCRYPT_ALG_HANDLE *algorithm, const WCHAR *name, const WCHAR *implementation, ULONG flags) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL);
  if (name[0] != 'R' || name[1] != 'N' || name[2] != 'G' || name[3] != 0 || implementation != NULL)
    return STATUS_NOT_FOUND;
  REQUIRE(flags == BCRYPT_PROV_DISPATCH);
  if (MUST_FAIL()) return STATUS_NO_MEMORY;
  *algorithm = &generator;
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE algorithm, ULONG flags) {
  REQUIRE(algorithm == &generator && flags == 0 && EmulIrql() == PASSIVE_LEVEL);
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI BCryptGenRandom(BCRYPT_ALG_HANDLE algorithm, UCHAR *buffer, ULONG length_bytes, ULONG flags) {
  REQUIRE(algorithm == &generator && flags == 0 && EmulIrql() <= DISPATCH_LEVEL);
  platform_random(buffer, length_bytes);
  return STATUS_SUCCESS;
}
