// Adapters that go while somebody has them open, and a driver that is unloaded.
#include "program.h"

void test_removal(void) {
  printf("removal\n");
  HANDLE device = adapter_open(0, true);
  struct interface_record record = {.flags = INTERFACE_PRIVATE_KEY, .private_key = {0x48}};
  uint8_t line[128];
  struct reader reader;
  CHECK(set(device, &record, sizeof record).status == 0 && state(device, 1) == 0, "an adapter with an identity is up");
  log_drain(device, line);
  reader_begin(&reader, device);
  CHECK(adapter_remove(0), "plug and play removes it, though it is open");
  CHECK(reader_ends(&reader, CANCELLED, 0), "which ends the wait of its reader");
  struct answer answer = control(device, IOCTL_GET, NULL, 0, line, sizeof line);
  CHECK(answer.status < 0, "its handle is good for nothing any more");
  CloseHandle(device);
  CHECK(adapters_count() == 1, "one adapter is left");
  device = adapter_open(0, true);
  CHECK(control(device, IOCTL_GET, NULL, 0, line, sizeof line).status == 0, "which answers");
  CloseHandle(device);
  CHECK(adapter_remove(0) && adapters_count() == 0, "it goes too");
  CHECK(driver_stop(), "and the driver can be unloaded");
  // Another name: Wine does not list an interface that went and came again.
  CHECK(adapters_install(L"AGAIN", 1) && adapters_count() == 1, "installed again there is one");
  device = adapter_open(0, true);
  memset(&record, 0xee, sizeof record);
  uint32_t verb = 2, is_up = 7;
  answer = control(device, IOCTL_GET, NULL, 0, &record, sizeof record);
  CHECK(answer.status == 0 && answer.information == 80 && record.flags == 0 && record.peer_count == 0 &&
            control(device, IOCTL_STATE, &verb, 4, &is_up, 4).status == 0 && is_up == 0,
      "which is down and empty");
  CloseHandle(device);
}
