// A call of the host that keeps the registers which an NT kernel keeps.
#pragma once

#include <stdint.h>

/// 1: calls keep them. Cleared when there is nothing to keep, and while time is measured.
extern uint8_t nt_keeps_vectors;

/// Defines `kept_NAME`: NAME, of at most four arguments, with the upper halves of the 256-bit registers as they were.
#define NT_KEEPING_VECTORS(name)                                  \
  __attribute__((naked)) static void kept_##name(void) {          \
    __asm__("leaq " #name "(%rip), %rax\n\tjmp nt_keep_vectors"); \
  }
