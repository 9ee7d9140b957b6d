// Stacks and the change from one to another: what a called function must preserve lies on the stack that is left.
#define _GNU_SOURCE
#include "strand.h"

#include <asm/prctl.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../Image/modules.h"

#define GUARD_BYTES 4096
#define HWCAP2_FSGSBASE 2

void strand_change_stack(void **left, void *taken);
void strand_begin(void);

__asm__(
    ".text\n"
    ".globl strand_change_stack\n"
    "strand_change_stack:\n"
    "  pushq %rbp\n  pushq %rbx\n  pushq %r12\n  pushq %r13\n  pushq %r14\n  pushq %r15\n"
    "  subq $8, %rsp\n  stmxcsr (%rsp)\n  fnstcw 4(%rsp)\n"
    "  movq %rsp, (%rdi)\n"
    "  movq %rsi, %rsp\n"
    "  ldmxcsr (%rsp)\n  fldcw 4(%rsp)\n  addq $8, %rsp\n"
    "  popq %r15\n  popq %r14\n  popq %r13\n  popq %r12\n  popq %rbx\n  popq %rbp\n"
    "  ret\n"
    // The first turn of a strand: its function and context were left in two of the registers.
    ".globl strand_begin\n"
    "strand_begin:\n"
    "  movq %r12, %rdi\n"
    "  callq *%rbx\n"
    "  ud2\n");

static void point_gs_at(void *region) {
  static int is_direct = -1;
  if (is_direct < 0) is_direct = (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) != 0;
  if (is_direct)
    __asm__ volatile("wrgsbase %0" : : "r"(region));
  else
    syscall(SYS_arch_prctl, ARCH_SET_GS, region);
}

struct strand *strand_create(void (*entry)(void *), void *context) {
  struct strand *strand = calloc(1, sizeof *strand);
  if (strand == NULL) return NULL;
  const int kind = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  strand->stack = mmap(NULL, GUARD_BYTES + STRAND_STACK_BYTES, PROT_NONE, kind, -1, 0);
  if (strand->stack == MAP_FAILED ||
      mprotect((char *)strand->stack + GUARD_BYTES, STRAND_STACK_BYTES, PROT_READ | PROT_WRITE) != 0) {
    free(strand);
    return NULL;
  }
  uint64_t *top = (uint64_t *)((char *)strand->stack + GUARD_BYTES + STRAND_STACK_BYTES) - 2;
  *--top = (uint64_t)strand_begin;
  *--top = 0;                  // rbp
  *--top = (uint64_t)entry;    // rbx
  *--top = (uint64_t)context;  // r12
  *--top = 0;
  *--top = 0;
  *--top = 0;
  *--top = 0x037full << 32 | 0x1f80;  // the control words that a process begins with
  strand->stack_pointer = top;
  strand->entry = entry;
  strand->context = context;
  return strand;
}

struct strand *strand_adopt(void) { return calloc(1, sizeof(struct strand)); }

void strand_destroy(struct strand *strand) {
  if (strand->stack != NULL) munmap(strand->stack, GUARD_BYTES + STRAND_STACK_BYTES);
  free(strand);
}

void strand_switch(struct strand *from, struct strand *to) {
  if (to->region != from->region) point_gs_at(to->region);
  strand_change_stack(&from->stack_pointer, to->stack_pointer);
}

void strand_set_region(struct strand *strand, void *region) {
  strand->region = region;
  point_gs_at(region);
}

void strand_describe(const struct strand *strand, const void *pointer) {
  const uintptr_t *word = pointer, *end = word + 400;
  const uintptr_t *top = (const uintptr_t *)((const char *)strand->stack + GUARD_BYTES + STRAND_STACK_BYTES);
  if (strand->stack != NULL && end > top) end = top;
  for (int shown = 0; word < end && shown < 24; word++) shown += nt_module_describe(*word, "nt:   ");
}
