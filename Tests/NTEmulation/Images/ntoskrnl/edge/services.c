// What the other emulated images need of the kernel beyond Windows' own exports.
#include <emulation.h>

/// Starts a thread of the emulation's own.
void EmulThreadStart(PKSTART_ROUTINE routine, void *context) { emul_thread_start(routine, context); }

/// The caller's IRQL.
KIRQL EmulIrql(void) { return emul_irql(); }

/// Changes the caller's IRQL.
void EmulIrqlSet(KIRQL irql) { emul_irql_set(irql); }

/// Ends the process with a message when `broken` is not zero: a rule of the image that calls was broken.
void EmulRequire(BOOLEAN holds, const char *rule) {
  emul_vectors_check(rule);
  if (!holds) emul_fail("%s", rule);
}

/// Whether this call, which returns to `caller`, is the one that a test wants refused.
BOOLEAN EmulMustFail(void *caller) { return emul_must_fail(caller); }

/// Between +1 and -1 the thread works for the emulation, not for the driver: nothing is refused.
void EmulOwn(int32_t change) { emul_self()->own_depth += (uint32_t)change; }

/// Ends the process if the thread holds what it must not when it returns from the driver.
void EmulThreadCheck(const char *after) { emul_thread_check(after); }

/// Before the driver is called, and after code of the host that ran meanwhile.
void EmulVectorsMark(void) { emul_vectors_mark(); }

/// Before code of the host runs.
void EmulVectorsForget(void) { emul_vectors_forget(); }
