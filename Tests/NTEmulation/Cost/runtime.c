// What the kernels alone need, in an image of nothing else.
#include <stdint.h>

uintptr_t __stack_chk_guard = 0x2545f4914f6cdd00;
void __stack_chk_fail(void) { __builtin_trap(); }
void swift_panic(void) { __builtin_trap(); }
__asm__(".globl ___chkstk_ms\n___chkstk_ms:\n\tret\n");
