// The processor's trap flag raises SIGTRAP after each instruction. Instructions outside the images are not counted:
// what Linux and its libraries do is not the same in each run.
#define _GNU_SOURCE
#include "step.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "../Image/modules.h"

#define TRAP_FLAG 0x100
// Below what a function may use without moving the stack's end.
#define CHANGE_FLAGS(how) \
  "leaq -128(%%rsp), %%rsp\n pushfq\n " how " %0, (%%rsp)\n popfq\n leaq 128(%%rsp), %%rsp"

static uint32_t left;
static int was_inside;
static void (*leave_strand)(void);

static void handle(int number, siginfo_t *information, void *context) {
  (void)number, (void)information;
  greg_t *saved = ((ucontext_t *)context)->uc_mcontext.gregs;
  int is_inside = nt_module_has_code((uintptr_t)saved[REG_RIP]);
  if (is_inside && left > 0) left--;
  // It calls the machine below: what comes next is a point like any other.
  int is_over = left == 0 || (!is_inside && was_inside), leaves = left == 0 && is_inside && was_inside;
  was_inside = is_inside;
  if (!is_over) return;
  left = 0;
  saved[REG_EFL] &= ~TRAP_FLAG;
  if (leaves) leave_strand();
}

int step_start(void (*leave)(void)) {
  leave_strand = leave;
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  return sigaction(SIGTRAP, &action, NULL) == 0;
}

void step_begin(uint32_t instructions) {
  left = instructions;
  was_inside = 0;
  __asm__ volatile(CHANGE_FLAGS("orq") : : "i"(TRAP_FLAG) : "memory", "cc");
}

void step_end(void) {
  if (left == 0) return;
  left = 0;
  __asm__ volatile(CHANGE_FLAGS("andq") : : "i"(~TRAP_FLAG) : "memory", "cc");
}
