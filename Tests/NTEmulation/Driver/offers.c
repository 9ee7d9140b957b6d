// What is left to the driver, off the common path: see hostile.c and changes.c; memory that is refused, and a
// super-packet of many thousand packets that is being cut when the adapter goes.
#include "offers.h"

uint8_t sent[FLOW_MAX];
uint32_t sent_length;
const struct flow tcp = {.is_tcp = true, .payload = 5000, .size = 1360, .flags = 0x99, .has_tcp_options = true};
const struct flow udp = {.payload = 5000, .size = 1360};

int32_t ask(struct adapter *adapter, uint32_t checksums, uint32_t lso, uint32_t uso, uint32_t again) {
  NDIS(int32_t, EmulNdisSendAsking, void *, const uint8_t *, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t);
  return EmulNdisSendAsking(adapter->ndis, sent, sent_length, checksums, lso, uso, again);
}

int32_t set_object(struct adapter *adapter, uint32_t object, void *bytes, uint32_t count) {
  NDIS(int32_t, EmulNdisOid, void *, uint32_t, uint32_t, void *, uint32_t, uint32_t *, uint32_t *);
  uint32_t done, needed;
  int32_t status = EmulNdisOid(adapter->ndis, 1, object, bytes, count, &done, &needed);
  EXPECT(status != NT_SUCCESS || done == count);
  return status;
}

// Packets that could not be sent: the last counter but one of NDIS's statistics.
uint64_t errors_of(struct adapter *adapter) {
  NDIS(int32_t, EmulNdisOid, void *, uint32_t, uint32_t, void *, uint32_t, uint32_t *, uint32_t *);
  uint64_t counts[19];
  uint32_t done, needed;
  EXPECT(EmulNdisOid(adapter->ndis, 0, 0x00020106, counts, sizeof counts, &done, &needed) == NT_SUCCESS);
  return counts[11];
}

// A flow as the stack hands it over, as one list.
bool passes(struct adapter pair[2], const struct flow *flow) {
  adapter_forget(&pair[1]);
  sent_length = flow_make(flow, sent);
  uint32_t info = flow_information(flow);
  return ask(&pair[0], 0, flow->is_tcp ? info : 0, flow->is_tcp ? 0 : info, 0) == NT_SUCCESS &&
         flow_arrives(&pair[1], flow, 0);
}

int32_t ask_for(struct adapter *adapter, const struct flow *flow, uint32_t info, int change, uint8_t value) {
  sent_length = flow_make(flow, sent);
  if (change >= 0) sent[change] = value;
  return ask(adapter, 0, flow->is_tcp ? info : 0, flow->is_tcp ? 0 : info, 0);
}

// With one call refused in turn, packets are lost, whole ones, and the rest is right.
static void refuse_memory(struct adapter pair[2]) {
  static uint8_t piece[FLOW_MAX];
  struct flow flow = tcp;
  flow.payload = 40000;
  uint32_t lost = 0;
  for (int64_t number = 0; number < 60; number++) {
    adapter_forget(&pair[1]);
    sent_length = flow_make(&flow, sent);
    nt_fail_one(number);
    int32_t status = ask(&pair[0], 0, flow_information(&flow), 0, 0);
    uint32_t count = flow_count(&flow), index = 0;
    if (status == NT_SUCCESS) {
      uint32_t *arrived = &pair[1].packet_count;
      for (int wait = 0; wait < 100 && __atomic_load_n(arrived, __ATOMIC_ACQUIRE) < count; wait++) sleep_ms(1);
    }
    nt_fail_one(-1);
    lost += status != NT_SUCCESS || pair[1].packet_count < count;
    for (uint32_t i = 0; i < pair[1].packet_count; i++, index++) {
      const struct packet *got = &pair[1].packets[i];
      uint32_t size = 0;
      for (; index < count; index++) {
        size = flow_expect(&flow, index, piece);
        if (size == got->length && memcmp(piece, got->bytes, size) == 0) break;
      }
      EXPECT(index < count);
      if (index >= count) break;
    }
  }
  printf("  %u of 60 refused calls cost packets\n", lost);
  EXPECT(lost > 10 && pair_works(pair));
}

static void test_one(const char *segmentation, bool has_uso) {
  NDIS(void, EmulNdisSetting, const char *, const char *);
  offload_set(segmentation == NULL ? NULL : "3", segmentation);
  struct nt_driver *driver;
  struct adapter pair[2];
  if (offload_load(&driver, pair)) {
    refuse_settings(pair, has_uso);
    if (segmentation == NULL) {
      close_checksums(pair, false);
      // Of what was never offered nothing is read, except that no large packet may be taken for one that is not.
      REFUSED(ask_for(&pair[0], &tcp, flow_information(&tcp), -1, 0), FAILURE, 1);
      sent_length = flow_expect(&(struct flow){.payload = 99, .size = 99}, 0, sent);
      adapter_forget(&pair[1]);
      EXPECT(ask(&pair[0], 0, 0, 0x12345678, 0) == NT_SUCCESS && adapter_await(&pair[1], 1));
      // And it can be turned on.
      EXPECT(set_parameters(&pair[0], 4, 2, 0) == NT_SUCCESS && passes(pair, &tcp));
      close_checksums(pair, true);
    } else {
      close_checksums(pair, true);
      refuse_lists(pair);
      accept_lists(pair);
      change_settings(pair);
      set_other_revisions(pair);
      EXPECT(set_parameters(&pair[0], 4, 2, 2) == NT_SUCCESS);
      refuse_memory(pair);
      // Sixty thousand packets, of which most are in no slice yet when the adapter goes.
      struct flow flow = {.payload = 60000, .size = 1};
      sent_length = flow_make(&flow, sent);
      EXPECT(ask(&pair[0], 0, 0, flow_information(&flow), 0) == NT_SUCCESS);
    }
  }
  pair_close(pair);
  bench_unload(driver);
  EmulNdisSetting(NULL, NULL);
}

void test_offers(void) {
  test_one(NULL, false);
  test_one("1", true);
}
