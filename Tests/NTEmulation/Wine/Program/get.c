// GET: sizes, and what stands in buffers that are too small.
#include "program.h"

void test_get(HANDLE device) {
  uint8_t buffer[80];
  struct answer answer = control(device, IOCTL_GET, NULL, 0, NULL, 0);
  CHECK(answer.status == STATUS_BUFFER_OVERFLOW && answer.information == 80, "GET without a buffer tells the size");
  memset(buffer, 0xee, sizeof buffer);
  answer = control(device, IOCTL_GET, NULL, 0, buffer, 80);
  CHECK(answer.status == 0 && answer.information == 80, "GET of nothing is a header");
}
