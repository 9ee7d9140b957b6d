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

// Sends a packet that is none of a flow's and waits for it: whatever was sent before has arrived then, or is lost.
static uint32_t await_all(struct adapter pair[2]) {
  const struct flow mark = {.payload = 3, .size = 3};
  sent_length = flow_expect(&mark, 0, sent);
  EXPECT(ask(&pair[0], 0, 0, 0, 0) == NT_SUCCESS);
  for (int wait = 0; wait < 5000; wait++) {
    uint32_t count = __atomic_load_n(&pair[1].packet_count, __ATOMIC_ACQUIRE);
    if (count > 0 && pair[1].packets[count - 1].length == sent_length) return count - 1;
    sleep_ms(1);
  }
  EXPECT(false);
  return 0;
}

// Whether what has arrived are packets of the flow, whole and in order, if not all.
static bool are_some(const struct flow *flow, const struct packet *packets, uint32_t count) {
  static uint8_t piece[FLOW_MAX];
  uint32_t index = 0, found = 0;
  for (; index < flow_count(flow) && found < count; index++) {
    uint32_t size = flow_expect(flow, index, piece);
    found += size == packets[found].length && memcmp(piece, packets[found].bytes, size) == 0;
  }
  return found == count;
}

// With one call refused in turn, packets are lost, whole ones, and the rest is right.
static void refuse_memory(struct adapter pair[2]) {
  struct flow flow = tcp;
  flow.payload = 40000;
  uint32_t lost = 0;
  for (int64_t number = 0; number < 60; number++) {
    adapter_forget(&pair[1]);
    sent_length = flow_make(&flow, sent);
    nt_fail_one(number);
    int32_t status = ask(&pair[0], 0, flow_information(&flow), 0, 0);
    uint32_t *arrived = &pair[1].packet_count, count = flow_count(&flow);
    for (int wait = 0; wait < 100 && __atomic_load_n(arrived, __ATOMIC_ACQUIRE) < count; wait++) sleep_ms(1);
    nt_fail_one(-1);
    uint32_t came = await_all(pair);
    EXPECT(are_some(&flow, pair[1].packets, came) && (status == NT_SUCCESS || came == 0));
    lost += came < count;
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
      // Sixty thousand packets, of which most are in no slice yet when the adapter goes, and others behind them.
      struct flow flow = {.payload = 60000, .size = 1};
      sent_length = flow_make(&flow, sent);
      for (int i = 0; i < 3; i++) EXPECT(ask(&pair[0], 0, 0, flow_information(&flow), 0) == NT_SUCCESS);
      sleep_ms(5);
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
