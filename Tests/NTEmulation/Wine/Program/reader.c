// Readers of log lines.
#include "program.h"

void reader_begin(struct reader *reader, HANDLE device) {
  memset(reader, 0, sizeof *reader);
  reader->block.Information = UNTOUCHED;
  reader->done = CreateEventW(NULL, TRUE, FALSE, NULL);
  reader->status = NtDeviceIoControlFile(
      device, reader->done, NULL, NULL, &reader->block, IOCTL_LOG, NULL, 0, reader->line, sizeof reader->line);
}

// Whether it ends in time with this status, and how many bytes.
bool reader_ends(struct reader *reader, int32_t status, uint64_t information) {
  bool has_ended = reader->status != PENDING || WaitForSingleObject(reader->done, 5000) == 0;
  int32_t actual = reader->status == PENDING ? reader->block.Status : reader->status;
  bool is_right = has_ended && actual == status && reader->block.Information == information;
  if (!is_right)
    printf("  %s, status 0x%x, information %llu\n", has_ended ? "ended" : "waits", (unsigned)actual,
        (unsigned long long)reader->block.Information);
  return is_right;
}

bool reader_waits(const struct reader *reader) {
  return reader->status == PENDING && WaitForSingleObject(reader->done, 100) == WAIT_TIMEOUT;
}

bool reader_cancel(HANDLE device, struct reader *reader) {
  return CancelIoEx(device, (OVERLAPPED *)&reader->block) != 0;
}

// Reads what there is; how many lines that was, the last one being in `line`.
int log_drain(HANDLE device, uint8_t line[128]) {
  struct reader reader;
  for (int count = 0;; count++) {
    reader_begin(&reader, device);
    if (reader.status == PENDING && WaitForSingleObject(reader.done, 200) == WAIT_TIMEOUT) {
      reader_cancel(device, &reader);
      WaitForSingleObject(reader.done, 5000);
      return count;
    }
    memcpy(line, reader.line, 128);
  }
}
