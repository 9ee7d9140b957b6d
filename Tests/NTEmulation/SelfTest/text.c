// Formatted text, strings and MDLs.
#include "selftest.h"

int __cdecl _snprintf(char *place, size_t capacity, const char *format, ...);

static BOOLEAN is_same(const char *left, const char *right) {
  while (*left != 0 && *left == *right) left++, right++;
  return *left == *right;
}

#define FORMATS(expected, ...) \
  (_snprintf(text, sizeof text, __VA_ARGS__) == (int)sizeof expected - 1 && is_same(text, expected))

static void check_format(void) {
  char text[64];
  UNICODE_STRING name = RTL_CONSTANT_STRING(L"name");
  CHECK(FORMATS("-12 34 0x00ff FF", "%d %u 0x%04x %X", -12, 34u, 255u, 255u));
  CHECK(FORMATS("18446744073709551615 -5", "%llu %I64d", ~0ull, -5ll));
  CHECK(FORMATS("[  a][b  ][xy]", "[%3s][%-3s][%.2s]", "a", "b", "xyz"));
  CHECK(FORMATS("name c%", "%wZ %c%%", &name, 'c'));
}

static void check_strings(void) {
  UNICODE_STRING lower, upper;
  RtlInitUnicodeString(&lower, L"abc");
  RtlInitUnicodeString(&upper, L"ABC");
  CHECK(lower.Length == 6 && lower.MaximumLength == 8);
  CHECK(RtlEqualUnicodeString(&lower, &upper, TRUE) && !RtlEqualUnicodeString(&lower, &upper, FALSE));
}

static void check_mdls(void) {
  UCHAR *bytes = ExAllocatePoolWithTag(NonPagedPoolNx, 5000, TAG);
  PMDL mdl = IoAllocateMdl(bytes, 5000, FALSE, FALSE, NULL);
  MmBuildMdlForNonPagedPool(mdl);
  CHECK(MmGetMdlByteCount(mdl) == 5000 && MmGetMdlVirtualAddress(mdl) == bytes);
  CHECK(MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority) == bytes);
  PMDL part = IoAllocateMdl(bytes + 100, 200, FALSE, FALSE, NULL);
  IoBuildPartialMdl(mdl, part, bytes + 100, 200);
  CHECK(MmGetMdlByteCount(part) == 200 && MmGetSystemAddressForMdlSafe(part, NormalPagePriority) == bytes + 100);
  IoFreeMdl(part);
  IoFreeMdl(mdl);
  ExFreePoolWithTag(bytes, TAG);
}

static void act(void) {
  check_format();
  check_strings();
  check_mdls();
}
