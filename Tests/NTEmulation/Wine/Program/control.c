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

struct answer set(HANDLE device, const void *records, uint32_t length) {
  return control(device, IOCTL_SET, NULL, 0, (void *)records, length);
}

int32_t state(HANDLE device, uint32_t verb) { return control(device, IOCTL_STATE, &verb, 4, NULL, 0).status; }

bool refused(struct answer answer, int32_t status) {
  if (answer.status == status && (answer.information == 0 || answer.information == UNTOUCHED)) return true;
  printf("  status 0x%x, information %llu\n", (unsigned)answer.status, (unsigned long long)answer.information);
  return false;
}

DWORD win32_error(
    HANDLE device, uint32_t code, const void *input, uint32_t input_length, void *output, uint32_t output_length) {
  DWORD returned = 0;
  return DeviceIoControl(device, code, (void *)input, input_length, output, output_length, &returned, NULL)
             ? 0
             : GetLastError();
}
