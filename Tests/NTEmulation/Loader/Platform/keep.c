// Calls of the host keep the upper halves of the 256-bit registers, as everything in an NT kernel does: Linux's library
// uses them as it likes. No call has more arguments than registers, so that nothing on the stack needs to be copied.
#include "keep.h"

uint8_t nt_keeps_vectors;

__attribute__((constructor)) static void look(void) { nt_keeps_vectors = __builtin_cpu_supports("avx") != 0; }

// Behind 32 bytes that belong to the callee, by Windows' convention. The target is in rax.
__asm__(
    ".text\n"
    ".globl nt_keep_vectors\n"
    "nt_keep_vectors:\n"
    "  pushq %rbp\n"
    "  movq %rsp, %rbp\n"
    "  subq $288, %rsp\n"
    "  andq $-32, %rsp\n"
    "  cmpb $0, nt_keeps_vectors(%rip)\n"
    "  je 1f\n"
    "  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
    "  vextractf128 $1, %ymm\\n, 32 + 16 * \\n(%rsp)\n"
    "  .endr\n"
    "  call *%rax\n"
    "  .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
    "  vinsertf128 $1, 32 + 16 * \\n(%rsp), %ymm\\n, %ymm\\n\n"
    "  .endr\n"
    "  leave\n"
    "  ret\n"
    "1:\n"
    "  call *%rax\n"
    "  leave\n"
    "  ret\n");
