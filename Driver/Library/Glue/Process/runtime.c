// What compiled Swift calls: the end of the process for every trap, the stack protector, and nothing of a heap.
#include "process.h"

/// STATUS_STACK_BUFFER_OVERRUN, which is what Windows says of a process that found itself broken.
#define BROKEN 0xc0000409

DECLSPEC_NORETURN void swift_panic(void);
DECLSPEC_NORETURN void __stack_chk_fail(void);
uintptr_t __stack_chk_guard = (uintptr_t)0x2b992ddfa2324900;

static DECLSPEC_NORETURN void end_process(void *address) {
  EXCEPTION_RECORD record = {
      .ExceptionCode = BROKEN, .ExceptionFlags = EXCEPTION_NONCONTINUABLE, .ExceptionAddress = address};
  RaiseFailFastException(&record, NULL, 0);
  TerminateProcess(GetCurrentProcess(), BROKEN);
  for (;;) continue;
}

void swift_panic(void) { end_process(__builtin_return_address(0)); }

void __stack_chk_fail(void) { end_process(__builtin_return_address(0)); }
