// Ends of everything, and text for people.
#include <emulation.h>
#include <stdio.h>



void emul_log(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  _vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  platform_log(text);
}

void emul_fail(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  _vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  platform_fail(text);
  for (;;) platform_thread_end();
}

VOID NTAPI KeBugCheckEx(ULONG code, ULONG_PTR first, ULONG_PTR second, ULONG_PTR third, ULONG_PTR fourth) {
  emul_fail("bug-check: bug check 0x%x (0x%llx, 0x%llx, 0x%llx, 0x%llx)", code, first, second, third, fourth);
}

VOID NTAPI KeBugCheck(ULONG code) { KeBugCheckEx(code, 0, 0, 0, 0); }

ULONG __cdecl DbgPrint(PCSTR format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  _vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  size_t length = strlen(text);
  if (length > 0 && text[length - 1] == '\n') text[length - 1] = 0;
  platform_log(text);
  return STATUS_SUCCESS;
}

ULONG __cdecl DbgPrintEx(ULONG component, ULONG level, PCSTR format, ...) {
  (void)component, (void)level;
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  _vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  platform_log(text);
  return STATUS_SUCCESS;
}

// No unwinder: a fault in a driver ends the process before anybody asks for this.
EXCEPTION_DISPOSITION __cdecl __C_specific_handler(
    struct _EXCEPTION_RECORD *record, void *frame, struct _CONTEXT *context, struct _DISPATCHER_CONTEXT *dispatcher) {
  (void)record, (void)frame, (void)context, (void)dispatcher;
  emul_fail("__C_specific_handler called");
}
