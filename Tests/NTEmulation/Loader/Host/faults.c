// Emulates, in the handler of SIGSEGV, the two things that code compiled for the kernel does inline: `mov` from and to
// cr8 (the IRQL), and reads of the shared user data at its fixed address, which a Linux process cannot map. A fault of
// any other kind is reported with the image it is in and ends the process.
#define _GNU_SOURCE
#include "faults.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "../Image/modules.h"
#include "../Platform/guarded.h"
#include "../Platform/platform.h"
#include "../Platform/user.h"
#include "../Seeded/schedule.h"

#define SHARED_DATA 0xfffff78000000000ull
#define SHARED_DATA_BYTES 0x1000
#define REGION_IRQL 0x50

static uint8_t *mirror;
static void (PLATFORM_ABI *irql_hook)(uint8_t irql);

PLATFORM_ABI void platform_set_irql_hook(void (PLATFORM_ABI *hook)(uint8_t irql)) { irql_hook = hook; }

// The processor's numbering of registers, in Linux' order of saved ones.
static const int registers[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                  REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

static void refresh(void) {
  if (mirror == NULL) return;
  uint64_t interrupt = platform_boot_time_ns() / 100, system = platform_wall_time_100ns(), ticks = interrupt / 156250;
  memcpy(mirror + 0x08, &interrupt, 8);
  memcpy(mirror + 0x10, (uint8_t *)&interrupt + 4, 4);
  memcpy(mirror + 0x14, &system, 8);
  memcpy(mirror + 0x1c, (uint8_t *)&system + 4, 4);
  memcpy(mirror + 0x320, &ticks, 8);
}

void nt_faults_refresh(void) { refresh(); }

// 44 0f 20 c0+r: mov r64, cr8; 44 0f 22 c0+r: mov cr8, r64; 45 for r8 ... r15.
static int emulate_cr8(greg_t *saved) {
  const uint8_t *code = (const uint8_t *)saved[REG_RIP];
  if ((code[0] != 0x44 && code[0] != 0x45) || code[1] != 0x0f || (code[2] != 0x20 && code[2] != 0x22)) return 0;
  if ((code[3] & 0xf8) != 0xc0) return 0;
  greg_t *operand = &saved[registers[(code[3] & 7) + (code[0] == 0x45 ? 8 : 0)]];
  if (code[2] == 0x20) {
    uint8_t irql;
    __asm__ volatile("movb %%gs:%c1, %0" : "=r"(irql) : "i"(REGION_IRQL));
    *operand = irql;
  } else if (irql_hook != NULL) {
    irql_hook((uint8_t)*operand);
  }
  saved[REG_RIP] += 4;
  return 1;
}

// a0-a3: mov between the accumulator and a 64-bit address in the instruction; only reads are emulated.
static int emulate_absolute(greg_t *saved) {
  const uint8_t *code = (const uint8_t *)saved[REG_RIP];
  int wide = code[0] == 0x48, byte = code[wide] == 0xa0;
  if (code[wide] != 0xa1 && !byte) return 0;
  uint64_t address;
  memcpy(&address, code + wide + 1, 8);
  if (address - SHARED_DATA > SHARED_DATA_BYTES - 8) return 0;
  refresh();
  const uint8_t *source = mirror + (address - SHARED_DATA);
  if (byte)
    saved[REG_RAX] = (greg_t)(((uint64_t)saved[REG_RAX] & ~0xffull) | *source);
  else if (wide)
    memcpy(&saved[REG_RAX], source, 8);
  else
    saved[REG_RAX] = (greg_t) * (const uint32_t *)source;
  saved[REG_RIP] += wide + 9;
  return 1;
}

// Any other read goes through a register: it is pointed at the copy and the instruction runs again.
static int redirect(greg_t *saved) {
  int found = 0;
  for (int i = 0; i < 16; i++) {
    greg_t *value = &saved[registers[i]];
    if ((uint64_t)*value - SHARED_DATA >= SHARED_DATA_BYTES) continue;
    *value = (greg_t)(mirror + ((uint64_t)*value - SHARED_DATA));
    found = 1;
  }
  if (found) refresh();
  return found;
}

static void handle(int number, siginfo_t *information, void *context) {
  greg_t *saved = ((ucontext_t *)context)->uc_mcontext.gregs;
  uintptr_t recovery = user_recovery((uintptr_t)saved[REG_RIP]);
  if (recovery != 0) {
    saved[REG_RIP] = (greg_t)recovery;
    return;
  }
  if (emulate_cr8(saved) || emulate_absolute(saved) || redirect(saved)) return;
  const char *rule = guarded_rule(information->si_addr);
  fprintf(
      stderr, "nt: FAIL %s: signal %d at address %p, code ", rule == NULL ? "fault" : rule, number,
      information->si_addr);
  if (!nt_module_describe((uintptr_t)saved[REG_RIP], ""))
    fprintf(stderr, "0x%llx\n", (unsigned long long)saved[REG_RIP]);
  const uintptr_t *stack = (const uintptr_t *)saved[REG_RSP];
  signal(number, SIG_DFL);
  if (seeded_on()) return seeded_describe(stack);
  for (int i = 0, shown = 0; i < 200 && shown < 16; i++)
    if (nt_module_describe(stack[i], "nt:   ")) shown++;
}

static PLATFORM_ABI void keep_fresh(void *unused) {
  (void)unused;
  for (;;) {
    refresh();
    usleep(1000);
  }
}

int nt_faults_start(void) {
  mirror = mmap(NULL, SHARED_DATA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mirror == MAP_FAILED) return 0;
  refresh();
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGSEGV, &action, NULL) != 0 || sigaction(SIGILL, &action, NULL) != 0 ||
      sigaction(SIGBUS, &action, NULL) != 0)
    return 0;
  // A register once redirected stays so: the copy must go on. From a seed it does when time passes.
  return seeded_on() || platform_thread_start(keep_fresh, NULL) != 0;
}
