// READ_LOG_LINE: readers that wait, in order; cancelled, closed, removed.
#include "bench.h"

static void check_waiting(struct adapter *adapter) {
  uint8_t lines[3][128];
  struct nt_request *readers[3];
  int32_t status;
  uint64_t information;
  for (int i = 0; i < 3; i++) readers[i] = nt_control_begin(adapter->file, IOCTL_LOG, NULL, 0, lines[i], 128);
  EXPECT(!nt_request_wait(readers[0], 20, &status, &information));
  // Up and down: two lines, for the first two readers.
  EXPECT(adapter_state(adapter, 1) == NT_SUCCESS && adapter_state(adapter, 0) == NT_SUCCESS);
  for (int i = 0; i < 2; i++) {
    EXPECT(nt_request_wait(readers[i], 1000, &status, &information));
    EXPECT(status == NT_SUCCESS && information == 128 && lines[i][8] == '3' && lines[i][127] == 0);
    nt_request_end(readers[i]);
  }
  EXPECT(strcmp((char *)lines[0] + 8, "3Interface up") == 0 && strcmp((char *)lines[1] + 8, "3Interface down") == 0);
  EXPECT(!nt_request_wait(readers[2], 20, &status, &information));
  EXPECT(nt_request_cancel(readers[2]));
  EXPECT(nt_request_wait(readers[2], 1000, &status, &information) && status == NT_CANCELLED && information == 0);
  nt_request_end(readers[2]);
}

static void check_lengths(struct adapter *adapter) {
  uint8_t line[200];
  uint64_t information;
  EXPECT(adapter_control(adapter, IOCTL_LOG, NULL, 0, line, 127, &information) == STATUS_BUFFER_TOO_SMALL);
  EXPECT(adapter_state(adapter, 1) == NT_SUCCESS);
  EXPECT(adapter_control(adapter, IOCTL_LOG, NULL, 0, line, 200, &information) == NT_SUCCESS && information == 128);
  // Sixty-four lines are kept; the oldest go.
  for (int i = 0; i < 70; i++) adapter_state(adapter, (uint32_t)i & 1);
  for (int i = 0; i < 64; i++)
    EXPECT(adapter_control(adapter, IOCTL_LOG, NULL, 0, line, 128, &information) == NT_SUCCESS);
  struct nt_request *reader = nt_control_begin(adapter->file, IOCTL_LOG, NULL, 0, line, 128);
  int32_t status;
  EXPECT(!nt_request_wait(reader, 20, &status, &information));
  nt_request_cancel(reader);
  EXPECT(nt_request_wait(reader, 1000, &status, &information));
  nt_request_end(reader);
}

// Closing a handle ends its own readers only; removal ends all, and lets nobody in until it is called off.
static void check_ends(struct adapter *adapter) {
  void *(NT_ABI * EmulNdisDevice)(void *) = (void *(NT_ABI *)(void *))nt_export("ndis.sys", "EmulNdisDevice");
  int32_t(NT_ABI * EmulNdisPnp)(void *, uint32_t) =
      (int32_t(NT_ABI *)(void *, uint32_t))nt_export("ndis.sys", "EmulNdisPnp");
  uint8_t lines[2][128];
  int32_t status;
  uint64_t information;
  struct nt_file *other = nt_open(EmulNdisDevice(adapter->ndis), &status);
  EXPECT(other != NULL);
  struct nt_request *ours = nt_control_begin(adapter->file, IOCTL_LOG, NULL, 0, lines[0], 128);
  struct nt_request *others = nt_control_begin(other, IOCTL_LOG, NULL, 0, lines[1], 128);
  nt_close(other);
  EXPECT(nt_request_wait(others, 1000, &status, &information) && status == NT_CANCELLED);
  nt_request_end(others);
  EXPECT(!nt_request_wait(ours, 20, &status, &information));
  EXPECT(EmulNdisPnp(adapter->ndis, 1) == NT_SUCCESS);  // query remove
  EXPECT(nt_request_wait(ours, 1000, &status, &information) && status == NT_CANCELLED);
  nt_request_end(ours);
  EXPECT(adapter_state(adapter, 2) == ADAPTER_REMOVED);
  EXPECT(adapter_control(adapter, IOCTL_LOG, NULL, 0, lines[0], 128, NULL) == ADAPTER_REMOVED);
  EXPECT(nt_open(EmulNdisDevice(adapter->ndis), &status) == NULL && status == ADAPTER_REMOVED);
  EXPECT(EmulNdisPnp(adapter->ndis, 3) == NT_SUCCESS);  // cancel remove
  EXPECT(adapter_state(adapter, 1) == NT_SUCCESS || adapter_state(adapter, 1) == STATUS_ALREADY_COMPLETE);
}

void test_log(void) {
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  struct adapter adapter;
  EXPECT(adapter_open(&adapter, 1));
  check_waiting(&adapter);
  check_lengths(&adapter);
  check_ends(&adapter);
  adapter_close(&adapter);
  bench_unload(driver);
}
