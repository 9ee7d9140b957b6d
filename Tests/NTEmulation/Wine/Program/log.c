// READ_LOG_LINE: lines, and readers that wait for them as IRPs of Wine's I/O manager.
#include "program.h"

static bool says(const struct reader *reader, const char *text) {
  return strcmp((const char *)reader->line + 8, text) == 0;
}

static void check_lines(HANDLE device) {
  uint8_t line[200];
  log_drain(device, line);
  CHECK(
      refused(control(device, IOCTL_LOG, NULL, 0, line, 127), STATUS_BUFFER_TOO_SMALL),
      "127 bytes are too few for a line");
  CHECK_ERROR(122, "which a program sees as error 122", device, IOCTL_LOG, NULL, 0, line, 127);
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  state(device, 1);
  struct answer answer = control(device, IOCTL_LOG, NULL, 0, line, sizeof line);
  uint64_t time, present = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
  memcpy(&time, line, 8);
  CHECK(answer.status == 0 && answer.information == 128 && strcmp((char *)line + 8, "3Interface up") == 0,
      "a line that is there comes at once");
  CHECK(time + 20000000 > present && time < present + 100000000, "with the time of day");
  for (int i = 0; i < 70; i++) state(device, (uint32_t)i & 1);
  int count = log_drain(device, line);
  CHECK(count == 64 && strcmp((char *)line + 8, "3Interface up") == 0, "of 70 lines the last 64 are kept");
}

static void check_readers(HANDLE device) {
  struct reader readers[3];
  state(device, 0);
  log_drain(device, readers[0].line);
  for (int i = 0; i < 3; i++) reader_begin(&readers[i], device);
  CHECK(
      reader_waits(&readers[0]) && reader_waits(&readers[1]) && reader_waits(&readers[2]),
      "readers without lines wait");
  state(device, 1);
  state(device, 0);
  CHECK(reader_ends(&readers[0], 0, 128) && says(&readers[0], "3Interface up") && reader_ends(&readers[1], 0, 128) &&
            says(&readers[1], "3Interface down"),
      "lines go to readers in the order they came");
  CHECK(reader_waits(&readers[2]), "the third reader waits on");
  CHECK(
      reader_cancel(device, &readers[2]) && reader_ends(&readers[2], CANCELLED, 0),
      "CancelIoEx ends its wait, with nothing read");
  for (int i = 0; i < 3; i++) reader_begin(&readers[i], device);
  CHECK(
      reader_cancel(device, &readers[1]) && reader_ends(&readers[1], CANCELLED, 0) && reader_waits(&readers[0]) &&
          reader_waits(&readers[2]),
      "CancelIoEx ends the one reader that is meant");
  CHECK(
      CancelIo(device) && reader_ends(&readers[0], CANCELLED, 0) && reader_ends(&readers[2], CANCELLED, 0),
      "CancelIo ends all");
}

static DWORD WINAPI read_line(void *context) {
  uint8_t line[128];
  return win32_error(context, IOCTL_LOG, NULL, 0, line, sizeof line);
}

// How wireguard.dll reads: a thread that waits in DeviceIoControl, and is told to stop.
static void check_thread(void) {
  HANDLE device = adapter_open(0, false);
  HANDLE thread = CreateThread(NULL, 0, read_line, device, 0, NULL);
  DWORD error = 0;
  bool has_ended = false;
  bool has_waited = WaitForSingleObject(thread, 200) == WAIT_TIMEOUT;
  for (int tries = 0; tries < 50 && !has_ended; tries++) {
    CancelSynchronousIo(thread);
    has_ended = WaitForSingleObject(thread, 100) == 0;
  }
  GetExitCodeThread(thread, &error);
  CHECK(
      has_waited && has_ended && error == ERROR_OPERATION_ABORTED,
      "CancelSynchronousIo ends a thread's wait with error 995");
  CloseHandle(thread);
  if (has_ended) CloseHandle(device);
}

void test_log(HANDLE device) {
  check_lines(device);
  check_readers(device);
  check_thread();
  struct reader ours, others;
  HANDLE other = adapter_open(0, true);
  reader_begin(&ours, device);
  reader_begin(&others, other);
  CHECK(reader_waits(&ours) && reader_waits(&others), "readers of two handles wait");
  CloseHandle(other);
  CHECK(reader_ends(&others, CANCELLED, 0), "closing a handle ends its reader's wait");
  CHECK(reader_waits(&ours), "and nobody else's");
  uint32_t minor = 1, cancel_minor = 3;
  CHECK(control(device, EDGE_PNP, &minor, 4, NULL, 0).status == 0 && reader_ends(&ours, CANCELLED, 0),
      "a question whether the adapter may be removed ends all waits");
  uint8_t line[128];
  CHECK(refused(control(device, IOCTL_LOG, NULL, 0, line, 128), ADAPTER_REMOVED) &&
            refused(control(device, IOCTL_GET, NULL, 0, line, 128), ADAPTER_REMOVED),
      "until that is over requests are refused");
  CHECK_ERROR(24, "which a program sees as error 24", device, IOCTL_GET, NULL, 0, line, 128);
  // Wine takes no notice of what becomes of IRP_MJ_CREATE.
  other = adapter_open(0, true);
  CHECK(
      refused(control(other, IOCTL_GET, NULL, 0, line, 128), ADAPTER_REMOVED),
      "also those of a handle opened meanwhile");
  CloseHandle(other);
  CHECK(control(device, EDGE_PNP, &cancel_minor, 4, NULL, 0).status == 0 &&
            control(device, IOCTL_GET, NULL, 0, line, 128).status == 0,
      "called off, it answers again");
}
