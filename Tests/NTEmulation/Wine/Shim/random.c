// The random generator is Wine's, cng.sys in front of bcrypt.dll; only that it be callable at DISPATCH_LEVEL is a wish
// that Wine refuses (STATUS_NOT_IMPLEMENTED).
#include <windows.h>

#include <bcrypt.h>

#define PROV_DISPATCH 1

NTSTATUS WINAPI BCryptOpenAlgorithmProvider(
    BCRYPT_ALG_HANDLE *algorithm, LPCWSTR name, LPCWSTR implementation, ULONG flags) {
  FARPROC theirs = GetProcAddress(LoadLibraryW(L"bcrypt.dll"), __func__);
  if (theirs == NULL) return (NTSTATUS)0xc0000139;
  return ((NTSTATUS(WINAPI *)(BCRYPT_ALG_HANDLE *, LPCWSTR, LPCWSTR, ULONG))(void *)theirs)(
      algorithm, name, implementation, flags & ~(ULONG)PROV_DISPATCH);
}
