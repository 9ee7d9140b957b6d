// Buffers of a caller that are not there, not there to the end, or not for writing: the I/O manager answers for the
// driver, which hears of none of them and has changed nothing.
#define _GNU_SOURCE
#include <sys/mman.h>

#include "bench.h"

#define PAGE 4096u
#define ACCESS_VIOLATION ((int32_t)0xc0000005)

/// Three pages: writable, read-only, none.
static uint8_t *pages;

static int32_t get(struct adapter *adapter, void *output, uint32_t length) {
  return adapter_control(adapter, IOCTL_GET, NULL, 0, output, length, NULL);
}

static int32_t state(struct adapter *adapter, void *input, uint32_t length) {
  return adapter_control(adapter, IOCTL_STATE, input, length, NULL, 0, NULL);
}

static void check_direct(struct adapter *adapter) {
  EXPECT(get(adapter, NULL, 80) == ACCESS_VIOLATION);
  EXPECT(get(adapter, pages + 2 * PAGE, 80) == ACCESS_VIOLATION);
  EXPECT(get(adapter, pages + PAGE, 80) == ACCESS_VIOLATION);
  EXPECT(get(adapter, pages + PAGE - 40, 80) == ACCESS_VIOLATION);
  EXPECT(get(adapter, (void *)(UINTPTR_MAX - 39), 80) == ACCESS_VIOLATION);
  EXPECT(get(adapter, pages + PAGE - 80, 80) == NT_SUCCESS);
  // SET reads its output buffer: it need not be writable, but must be there.
  struct interface_record record = {.flags = INTERFACE_PORT, .port = 12345};
  EXPECT(adapter_set(adapter, NULL, 80) == ACCESS_VIOLATION);
  EXPECT(adapter_set(adapter, pages + 2 * PAGE - 40, 80) == ACCESS_VIOLATION);
  memcpy(pages, &record, sizeof record);
  EXPECT(get(adapter, &record, sizeof record) == NT_SUCCESS && record.port != 12345);
  uint16_t before = record.port;
  EXPECT(adapter_set(adapter, pages + PAGE + 40, 80) == NT_SUCCESS);
  EXPECT(get(adapter, &record, sizeof record) == NT_SUCCESS && record.port == before);
}

static void check_buffered(struct adapter *adapter) {
  EXPECT(state(adapter, NULL, 4) == ACCESS_VIOLATION);
  EXPECT(state(adapter, pages + 3 * PAGE - 4, 4) == ACCESS_VIOLATION);
  EXPECT(state(adapter, pages + 2 * PAGE - 2, 4) == ACCESS_VIOLATION);
  EXPECT(adapter_control(adapter, IOCTL_LOG, NULL, 0, pages + PAGE, 128, NULL) == ACCESS_VIOLATION);
  EXPECT(adapter_control(adapter, IOCTL_LOG, NULL, 0, pages + PAGE - 64, 128, NULL) == ACCESS_VIOLATION);
  // An input may be read-only: the page's zero is "down".
  EXPECT(state(adapter, pages + PAGE, 4) == NT_SUCCESS);
}

void test_buffers(void) {
  int32_t status;
  pages = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(pages != MAP_FAILED && mprotect(pages + PAGE, PAGE, PROT_READ) == 0);
  EXPECT(mprotect(pages + 2 * PAGE, PAGE, PROT_NONE) == 0);
  struct nt_driver *driver = bench_load(&status);
  struct adapter adapter;
  EXPECT(driver != NULL && adapter_open(&adapter, 1) && adapter_state(&adapter, 1) == NT_SUCCESS);
  check_direct(&adapter);
  check_buffered(&adapter);
  adapter_close(&adapter);
  bench_unload(driver);
  munmap(pages, 3 * PAGE);
}
