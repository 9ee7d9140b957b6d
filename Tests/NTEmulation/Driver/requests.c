// The requests on the real image: buffers, lengths, states, who may ask.
#include "bench.h"

// A GET and a query, from each kind of caller.
static void check_access(struct adapter *adapter) {
  static const struct {
    enum caller caller;
    int32_t status;
  } cases[] = {
      {CALLER_USER, STATUS_ACCESS_DENIED},
      {CALLER_ADMINISTRATOR_MEDIUM, STATUS_ACCESS_DENIED},
      {CALLER_ADMINISTRATOR, NT_SUCCESS},
      {CALLER_SYSTEM, NT_SUCCESS},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint8_t buffer[1024];
    uint32_t verb = 2;
    bench_call_as(cases[i].caller);
    EXPECT(adapter_control(adapter, IOCTL_GET, NULL, 0, buffer, sizeof buffer, NULL) == cases[i].status);
    EXPECT(adapter_control(adapter, IOCTL_STATE, &verb, 4, buffer, 4, NULL) == cases[i].status);
    EXPECT(adapter_control(adapter, IOCTL_OBSERVE, NULL, 0, buffer, sizeof buffer, NULL) == cases[i].status);
  }
}

static void check_get(struct adapter *adapter) {
  uint8_t buffer[80];
  uint64_t information;
  EXPECT(adapter_control(adapter, IOCTL_GET, NULL, 0, NULL, 0, &information) == STATUS_BUFFER_OVERFLOW);
  EXPECT(information == 80);
  memset(buffer, 0xee, sizeof buffer);
  EXPECT(adapter_control(adapter, IOCTL_GET, NULL, 0, buffer, 80, &information) == NT_SUCCESS && information == 80);
  EXPECT(buffer[72] == 0 && buffer[0] == 0);
}

enum { REASONS = 26, OBSERVATION = 64 + 32 * REASONS };

// Of an adapter without peers: the interface's record and those of the reasons, whole and as far as there is room.
static void check_observe(struct adapter *adapter) {
  static uint8_t whole[OBSERVATION], buffer[OBSERVATION + 1];
  uint64_t information;
  EXPECT(adapter_control(adapter, IOCTL_OBSERVE, NULL, 0, NULL, 0, &information) == STATUS_BUFFER_OVERFLOW);
  EXPECT(information == OBSERVATION);
  EXPECT(adapter_control(adapter, IOCTL_OBSERVE, NULL, 0, whole, OBSERVATION, &information) == NT_SUCCESS);
  EXPECT(information == OBSERVATION && whole[0] == 1 && whole[4] == 64 && whole[6] == 32 && whole[8] == 144);
  EXPECT(whole[16] == REASONS && whole[20] == 0 && memcmp(whole + 64 + 32 + 8, "malformed\0", 10) == 0);
  for (uint32_t length = 0; length <= OBSERVATION; length++) {
    memset(buffer, 0xee, sizeof buffer);
    int32_t status = adapter_control(adapter, IOCTL_OBSERVE, NULL, 0, buffer, length, &information);
    EXPECT(status == (length < OBSERVATION ? STATUS_BUFFER_OVERFLOW : NT_SUCCESS) && information == OBSERVATION);
    uint32_t end = length < 64 ? 0 : 64 + (length - 64) / 32 * 32;
    for (uint32_t i = end; i < sizeof buffer; i++) EXPECT(buffer[i] == 0xee);
    EXPECT(end == 0 || buffer[16] == (end - 64) / 32);
    EXPECT(end <= 64 || memcmp(buffer + 24, whole + 24, end - 24) == 0);
  }
}

// Whether the interface is up is told.
static void check_observed(struct adapter *adapter) {
  static uint8_t before[OBSERVATION], after[OBSERVATION];
  EXPECT(adapter_state(adapter, 1) == NT_SUCCESS);
  EXPECT(adapter_control(adapter, IOCTL_OBSERVE, NULL, 0, before, OBSERVATION, NULL) == NT_SUCCESS && before[12] == 1);
  EXPECT(adapter_state(adapter, 0) == NT_SUCCESS);
  EXPECT(adapter_control(adapter, IOCTL_OBSERVE, NULL, 0, after, OBSERVATION, NULL) == NT_SUCCESS && after[12] == 0);
}

static void check_set(struct adapter *adapter) {
  uint8_t record[80] = {0};
  uint64_t information;
  for (uint32_t length = 0; length < 80; length += 13)
    EXPECT(adapter_control(adapter, IOCTL_SET, NULL, 0, record, length, &information) == STATUS_INVALID_PARAMETER);
  EXPECT(adapter_control(adapter, IOCTL_SET, NULL, 0, record, 80, &information) == NT_SUCCESS && information == 80);
  // More peers than there are bytes; a count that wraps when it is multiplied.
  record[72] = 1;
  EXPECT(adapter_set(adapter, record, 80) == STATUS_INVALID_PARAMETER);
  memcpy(record + 72, (uint8_t[]){0xab, 0xaa, 0xaa, 0x0a}, 4);
  EXPECT(adapter_set(adapter, record, 80) == STATUS_INVALID_PARAMETER);
}

static void check_state(struct adapter *adapter) {
  uint32_t(NT_ABI * EmulNdisLink)(void *) = (uint32_t(NT_ABI *)(void *))nt_export("ndis.sys", "EmulNdisLink");
  uint32_t verb = 2, answer = 7;
  uint64_t information;
  EXPECT(adapter_control(adapter, IOCTL_STATE, &verb, 3, &answer, 4, &information) == STATUS_INVALID_PARAMETER);
  EXPECT(adapter_control(adapter, IOCTL_STATE, &verb, 4, &answer, 4, &information) == NT_SUCCESS);
  EXPECT(information == 4 && answer == 0);
  EXPECT(adapter_state(adapter, 0) == STATUS_ALREADY_COMPLETE && EmulNdisLink(adapter->ndis) == 0);
  EXPECT(adapter_state(adapter, 1) == NT_SUCCESS && EmulNdisLink(adapter->ndis) == 1);
  EXPECT(adapter_state(adapter, 1) == STATUS_ALREADY_COMPLETE);
  EXPECT(adapter_control(adapter, IOCTL_STATE, &verb, 4, &answer, 4, &information) == NT_SUCCESS && answer == 1);
  EXPECT(adapter_state(adapter, 3) == STATUS_INVALID_PARAMETER);
  EXPECT(adapter_state(adapter, 0) == NT_SUCCESS && EmulNdisLink(adapter->ndis) == 0);
}

static void check_ports(struct adapter *one) {
  struct adapter two;
  EXPECT(adapter_open(&two, 9));
  EXPECT(adapter_state(one, 1) == NT_SUCCESS && adapter_identify(one, 1) == NT_SUCCESS && one->port != 0);
  // A port that another socket has is refused, and nothing changes.
  uint8_t record[80] = {4, 0, 0, 0, (uint8_t)one->port, (uint8_t)(one->port >> 8)};
  EXPECT(adapter_set(&two, record, 80) == NT_SUCCESS);
  EXPECT(adapter_state(&two, 1) == STATUS_ADDRESS_ALREADY_EXISTS);
  record[4] = record[5] = 0;
  EXPECT(adapter_set(&two, record, 80) == NT_SUCCESS && adapter_state(&two, 1) == NT_SUCCESS);
  EXPECT(adapter_identify(&two, 2) == NT_SUCCESS && two.port != 0 && two.port != one->port);
  // While it is up, a taken port leaves the old one in use.
  record[4] = (uint8_t)one->port;
  record[5] = (uint8_t)(one->port >> 8);
  uint16_t before = two.port;
  EXPECT(adapter_set(&two, record, 80) == STATUS_ADDRESS_ALREADY_EXISTS);
  EXPECT(adapter_identify(&two, 2) == NT_SUCCESS && two.port == before);
  adapter_close(&two);
}

void test_requests(void) {
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  struct adapter adapter;
  EXPECT(adapter_open(&adapter, 1));
  check_get(&adapter);
  check_observe(&adapter);
  check_observed(&adapter);
  check_set(&adapter);
  check_state(&adapter);
  check_ports(&adapter);
  check_access(&adapter);
  // What is none of them goes on to NDIS, a code beside ours, too.
  EXPECT(adapter_control(&adapter, 0x170002, NULL, 0, NULL, 0, NULL) == NT_INVALID_DEVICE_REQUEST);
  EXPECT(adapter_control(&adapter, IOCTL_OBSERVE + 4, NULL, 0, NULL, 0, NULL) == NT_INVALID_DEVICE_REQUEST);
  adapter_close(&adapter);
  bench_unload(driver);
}
