// What compiled Swift calls: a bug check for every trap, the stack protector, and nothing of a heap.
#include <shell/host.h>

#include "system.h"

/// The bug check's code of a trap in Swift code: "NdlS". The first parameter is the address behind the trap.
#define BUG_TRAP 0x536c644e
/// The bug check's code of an overwritten stack: "NdlO".
#define BUG_STACK 0x4f6c644e

DECLSPEC_NORETURN void swift_panic(void) {
  KeBugCheckEx(BUG_TRAP, (ULONG_PTR)__builtin_return_address(0), 0, 0, 0);
}

uintptr_t __stack_chk_guard;

// Before any Swift function runs: one that is entered with one guard and left with another would stop the system.
void nt_runtime_open(void) {
  host_random(NULL, (uint8_t *)&__stack_chk_guard, sizeof(__stack_chk_guard));
  // The byte that is overwritten first ends a string.
  __stack_chk_guard &= ~(uintptr_t)0xff;
}

DECLSPEC_NORETURN void __stack_chk_fail(void) {
  KeBugCheckEx(BUG_STACK, (ULONG_PTR)__builtin_return_address(0), 0, 0, 0);
}
