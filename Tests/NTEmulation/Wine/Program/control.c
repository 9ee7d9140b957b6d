// Requests, as any client's reach the I/O manager.
#include "program.h"

int failures, checks;

void check(bool holds, const char *what, const char *file, int line) {
  checks++;
  if (holds) {
    printf("PASS %s\n", what);
  } else {
    failures++;
    printf("FAIL %s (%s:%d)\n", what, file, line);
  }
  fflush(stdout);
}

struct answer control(
    HANDLE device, uint32_t code, const void *input, uint32_t input_length, void *output, uint32_t output_length) {
  IO_STATUS_BLOCK block = {{0}, UNTOUCHED};
  HANDLE done = CreateEventW(NULL, TRUE, FALSE, NULL);
  NTSTATUS status = NtDeviceIoControlFile(
      device, done, NULL, NULL, &block, code, (void *)input, input_length, output, output_length);
  if (status == PENDING) {
    WaitForSingleObject(done, INFINITE);
    status = block.Status;
  }
  CloseHandle(done);
  return (struct answer){status, block.Information};
}

uint32_t win32_error(
    HANDLE device, uint32_t code, const void *input, uint32_t input_length, void *output, uint32_t output_length) {
  DWORD returned = 0;
  return DeviceIoControl(device, code, (void *)input, input_length, output, output_length, &returned, NULL)
             ? 0
             : GetLastError();
}
