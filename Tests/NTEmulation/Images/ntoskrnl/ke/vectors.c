// The registers that the kernel does not keep for a driver: it has to save them first. The upper halves of the 256-bit
// registers carry a mark wherever a driver runs, and every call into the kernel looks whether it is still there. The
// emulation itself is compiled without such instructions, and calls of the host keep these registers (Platform/keep.c).
#include <emulation.h>

#define REGISTERS 16
#define XSTATE_AVX 4ull
/// What XSAVE writes for x87, SSE and AVX.
#define AREA_BYTES 832

/// What the system has enabled; a test can take some of it away.
static uint64_t enabled_limit = UINT64_MAX;
/// 1: nothing is marked or looked at, as long as time is measured.
static uint32_t is_blind;
/// 1: every save is refused.
static uint32_t refuses;
static uint64_t saves, refusals;

/// What Linux has enabled. Asked once: in a virtual machine CPUID is the host's, which takes longer than ten packets.
static uint64_t available(void) {
  static uint64_t known;
  if (known != 0) return known;
  uint32_t low, high, a, b, c, d;
  __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(1), "c"(0));
  if (!(c >> 27 & 1)) return known = 3;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return known = (uint64_t)high << 32 | low;
}

static uint64_t enabled(void) { return available() & enabled_limit; }

static BOOLEAN has_avx(void) {
  static uint32_t known;  // 1 yes, 2 no
  if (known == 0) known = (available() & XSTATE_AVX) != 0 ? 1 : 2;
  return known == 1;
}

// All registers at once: what differs from one to the next shows one that was exchanged, too.
#define EACH(apply) \
  apply(0) apply(1) apply(2) apply(3) apply(4) apply(5) apply(6) apply(7) \
  apply(8) apply(9) apply(10) apply(11) apply(12) apply(13) apply(14) apply(15)
#define LOAD(n) "vinsertf128 $1, 16*" #n "(%0), %%ymm" #n ", %%ymm" #n "\n\t"
#define STORE(n) "vextractf128 $1, %%ymm" #n ", 16*" #n "(%0)\n\t"

static uint64_t mark_word(uint32_t place) { return 0x9e3779b97f4a7c15ull * (place + 1); }

void emul_vectors_mark(void) {
  struct emul_thread *self = emul_self();
  // A system thread of the driver has had its limit since it began.
  if (!self->is_system) self->region.stack_limit = (uint64_t)__builtin_frame_address(0) - EMUL_STACK_LEFT_BYTES;
  if (is_blind || self->saved_state_count != 0 || !has_avx()) return;
  uint64_t mark[REGISTERS * 2];
  for (uint32_t i = 0; i < REGISTERS * 2; i++) mark[i] = mark_word(i);
  __asm__ volatile(EACH(LOAD) : : "r"(mark) : "memory");
  self->is_marked = TRUE;
}

void emul_vectors_forget(void) { emul_self()->is_marked = FALSE; }

void emul_vectors_check(const char *where) {
  struct emul_thread *self = emul_self();
  if (!self->is_marked) return;
  uint64_t found[REGISTERS * 2];
  __asm__ volatile(EACH(STORE) : : "r"(found) : "memory");
  for (uint32_t i = 0; i < REGISTERS * 2; i++)
    if (found[i] != mark_word(i)) emul_fail("vectors: ymm%u was changed and not saved before %s", i / 2, where);
}

ULONG64 NTAPI RtlGetEnabledExtendedFeatures(ULONG64 mask) { return mask & enabled(); }

NTSTATUS NTAPI KeSaveExtendedProcessorState(ULONG64 mask, PXSTATE_SAVE state) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  struct emul_thread *self = emul_self();
  if ((mask & ~enabled()) != 0) emul_fail("vectors: 0x%llx saved, which is not enabled", mask);
  if ((mask & ~7ull) != 0) emul_fail("vectors: 0x%llx is more than the emulation saves", mask);
  uint8_t *area = refuses || emul_must_fail(__builtin_return_address(0)) ? NULL : platform_memory_take(AREA_BYTES);
  __atomic_add_fetch(area == NULL ? &refusals : &saves, 1, __ATOMIC_RELAXED);
  if (area == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  __asm__ volatile("xsave64 (%0)" : : "r"(area), "a"((uint32_t)mask), "d"(0) : "memory");
  *state = (XSTATE_SAVE){.Prev = self->saved_states, .Thread = (PKTHREAD)self, .Level = self->is_marked};
  state->XStateContext.Mask = mask;
  state->XStateContext.Area = (PXSAVE_AREA)area;
  self->saved_states = state;
  self->saved_state_count++;
  if (mask & XSTATE_AVX) self->is_marked = FALSE;
  return STATUS_SUCCESS;
}

VOID NTAPI KeRestoreExtendedProcessorState(PXSTATE_SAVE state) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  struct emul_thread *self = emul_self();
  if (state->Thread != (PKTHREAD)self) emul_fail("vectors: restored on another thread");
  if (state != self->saved_states) emul_fail("vectors: not the state that was saved last");
  uint8_t *area = (uint8_t *)state->XStateContext.Area;
  self->saved_states = state->Prev;
  self->saved_state_count--;
  uint32_t mask = (uint32_t)state->XStateContext.Mask;
  __asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(mask), "d"(0) : "memory");
  self->is_marked = state->Level;
  platform_memory_give_back(area);
  memset(state, 0xdd, sizeof *state);
}

/// Takes all but `features` away from what the system has enabled.
void EmulVectorsEnable(uint64_t features) { enabled_limit = features; }

/// 1: refuses to save anything, until 0.
void EmulVectorsRefuse(uint32_t refuse) { refuses = refuse; }

/// 1: does not look at registers while time is measured, until 0. Threads that there are keep what they have.
void EmulVectorsBlind(uint32_t blind) { is_blind = blind; }

/// How often vectors were saved, and how often that was refused.
uint64_t EmulVectorsSaved(void) { return __atomic_load_n(&saves, __ATOMIC_RELAXED); }
uint64_t EmulVectorsRefused(void) { return __atomic_load_n(&refusals, __ATOMIC_RELAXED); }
