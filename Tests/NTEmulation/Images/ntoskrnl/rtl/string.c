// Counted strings, and random numbers of the two kinds the kernel has.
#include <emulation.h>

VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING target, PCWSTR source) {
  size_t length = source == NULL ? 0 : 2 * wcslen(source);
  *target = (UNICODE_STRING){(USHORT)length, (USHORT)(source == NULL ? 0 : length + 2), (PWSTR)source};
}

VOID NTAPI RtlInitAnsiString(PANSI_STRING target, PCSZ source) {
  size_t length = source == NULL ? 0 : strlen(source);
  *target = (ANSI_STRING){(USHORT)length, (USHORT)(source == NULL ? 0 : length + 1), (PCHAR)source};
}

static WCHAR fold(WCHAR c, BOOLEAN insensitive) { return insensitive && c >= 'a' && c <= 'z' ? (WCHAR)(c - 32) : c; }

BOOLEAN NTAPI RtlEqualUnicodeString(PCUNICODE_STRING left, PCUNICODE_STRING right, BOOLEAN insensitive) {
  if (left->Length != right->Length) return FALSE;
  for (int i = 0; i < left->Length / 2; i++)
    if (fold(left->Buffer[i], insensitive) != fold(right->Buffer[i], insensitive)) return FALSE;
  return TRUE;
}

VOID NTAPI RtlCopyUnicodeString(PUNICODE_STRING target, PCUNICODE_STRING source) {
  USHORT length = source == NULL ? 0 : source->Length < target->MaximumLength ? source->Length : target->MaximumLength;
  if (length != 0) RtlMoveMemory(target->Buffer, source->Buffer, length);
  target->Length = length;
}

ULONG NTAPI RtlRandomEx(PULONG seed) {
  ULONG value;
  platform_random(&value, sizeof value);
  *seed = value & 0x7fffffff;
  return *seed;
}

/// The kernel's generator; FALSE never happens here.
BOOLEAN NTAPI SystemPrng(PVOID place, SIZE_T length) {
  platform_random(place, length);
  return TRUE;
}

NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW version) {
  version->dwMajorVersion = 10;
  version->dwMinorVersion = 0;
  version->dwBuildNumber = 19045;
  version->dwPlatformId = 2;
  version->szCSDVersion[0] = 0;
  return STATUS_SUCCESS;
}
