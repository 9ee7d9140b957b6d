#define _GNU_SOURCE
#include "irql.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../Platform/platform.h"
#include "irql_levels.h"

#define GATE_BYTES 128
#define GATES_PER_PAGE (4096 / GATE_BYTES)

static PLATFORM_ABI void refuse(const struct irql_levels *levels) {
  uint8_t irql;
  uint64_t limit;
  __asm__ volatile("movb %%gs:0x50, %0" : "=r"(irql));
  __asm__ volatile("movq %%gs:0x10, %0" : "=r"(limit));
  char text[256];
  if (irql >= levels->lowest && irql <= levels->highest) {
    snprintf(text, sizeof text, "stack-limit: %s called %lld bytes below the end of the stack", levels->function,
             (long long)(limit - (uint64_t)__builtin_frame_address(0)));
    platform_fail(text);
  }
  snprintf(
      text, sizeof text, "irql: %s at %u, where %u to %u are allowed", levels->function, irql, levels->lowest,
      levels->highest);
  platform_fail(text);
}

static uint8_t *place(void) {
  static uint8_t *page;
  static unsigned used = GATES_PER_PAGE;
  if (used == GATES_PER_PAGE) {
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) abort();
    used = 0;
  }
  return page + GATE_BYTES * used++;
}

void *nt_irql_gate(const char *function, void *target) {
  struct irql_levels *levels = malloc(sizeof *levels);
  if (levels == NULL || !irql_levels_of(function, levels)) {
    fprintf(stderr, "nt: at which IRQL %s may be called is not in the loader's table\n", function);
    return NULL;
  }
  // cmp byte gs:[0x50], highest; ja refuse; cmp byte gs:[0x50], lowest; jb refuse; cmp rsp, gs:[0x10]; jb refuse; jmp
  // target refuse: mov rcx, levels; mov rax, refuse; sub rsp, 40; call rax
  uint8_t code[GATE_BYTES] =
      "\x65\x80\x3c\x25\x50\x00\x00\x00\x00\x77\x24\x65\x80\x3c\x25\x50\x00\x00\x00\x00\x72\x19"
      "\x65\x48\x3b\x24\x25\x10\x00\x00\x00\x72\x0e\xff\x25\x00\x00\x00\x00\0\0\0\0\0\0\0\0"
      "\x48\xb9\0\0\0\0\0\0\0\0\x48\xb8\0\0\0\0\0\0\0\0\x48\x83\xec\x28\xff\xd0";
  void *refusal = (void *)refuse;
  code[8] = levels->highest;
  code[19] = levels->lowest;
  memcpy(code + 39, &target, 8);
  memcpy(code + 49, &levels, 8);
  memcpy(code + 59, &refusal, 8);
  return memcpy(place(), code, sizeof code);
}
