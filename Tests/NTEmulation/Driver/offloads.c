// Work that the stack leaves to the driver: whatever of it is offered, the same packets arrive; and what is offered is
// what the settings say.
#include "flows.h"
#include "offers.h"

static const char *const checksums[] = {
    "*IPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv4", "*UDPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv6",
    "*UDPChecksumOffloadIPv6"};
static const char *const segments[] = {"*LsoV2IPv4", "*LsoV2IPv6", "*UsoIPv4", "*UsoIPv6"};

bool flow_arrives(struct adapter *far, const struct flow *flow, uint32_t before) {
  static uint8_t piece[FLOW_MAX];
  uint32_t count = flow_count(flow);
  bool is_right = adapter_await(far, before + count) && far->packet_count == before + count;
  for (uint32_t i = 0; i < count && is_right; i++) {
    const struct packet *packet = &far->packets[before + i];
    uint32_t length = flow_expect(flow, i, piece);
    is_right = packet->length == length && memcmp(packet->bytes, piece, length) == 0;
    bool has_plain_sum = (flow->is_tcp || flow->flags != 1) && !(flow->is_v6 && flow->has_ip_options);
    is_right = is_right && (!has_plain_sum || flow_is_sound(packet->bytes, packet->length));
    if (!is_right) printf("  packet %u of %u is not right\n", i, count);
  }
  if (!is_right)
    printf(
        "  IPv%d %s, %u bytes in segments of %u\n", flow->is_v6 ? 6 : 4, flow->is_tcp ? "TCP" : "UDP", flow->payload,
        flow->size);
  return is_right;
}

// Sends as the stack does; whether it took one list where the driver cuts, and one for each packet where it does not.
static bool carries(struct adapter pair[2], const struct flow *flow, bool is_cut) {
  NDIS(uint32_t, EmulNdisStackSend, void *, uint8_t *, uint32_t, uint32_t);
  static uint8_t packet[FLOW_MAX];
  adapter_forget(&pair[1]);
  uint32_t length = flow_make(flow, packet), count = flow_count(flow);
  uint32_t lists = EmulNdisStackSend(pair[0].ndis, packet, length, flow->size);
  bool is_right = lists == (is_cut ? 1 : count);
  if (!is_right) printf("  %u lists for %u packets\n", lists, count);
  return flow_arrives(&pair[1], flow, 0) && is_right;
}

static void carry(struct adapter pair[2], bool cuts_tcp, bool cuts_udp) {
  static const uint32_t payloads[] = {1, 2, 1359, 1360, 1361, 4080, 20001, 61439, 61440, 61441, 64000};
  for (int kind = 0; kind < 4; kind++) {
    struct flow flow = {.is_v6 = kind & 1, .is_tcp = kind & 2, .size = 1360, .identification = 0x1234};
    flow.flags = flow.is_tcp ? 0x99 : 0;
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
      flow.payload = payloads[i];
      flow.has_tcp_options = i % 2;
      flow.has_ip_options = !flow.is_v6 && i % 3 == 0;
      bool is_cut = (flow.is_tcp ? cuts_tcp : cuts_udp) && flow.payload > flow.size && flow.payload <= 61440;
      EXPECT(carries(pair, &flow, is_cut));
    }
    // More packets than a slice has, of an odd length.
    flow.payload = 20000;
    flow.size = 251;
    EXPECT(carries(pair, &flow, flow.is_tcp ? cuts_tcp : cuts_udp));
  }
}

bool offload_load(struct nt_driver **driver, struct adapter pair[2]) {
  int32_t status;
  *driver = bench_load(&status);
  EXPECT(*driver != NULL);
  if (*driver == NULL) return false;
  bool works = pair_open(pair, false) && pair_works(pair);
  EXPECT(works);
  return works;
}

void offload_set(const char *checksum, const char *segmentation) {
  NDIS(void, EmulNdisSetting, const char *, const char *);
  for (size_t i = 0; checksum != NULL && i < 5; i++) EmulNdisSetting(checksums[i], checksum);
  for (size_t i = 0; segmentation != NULL && i < 4; i++) EmulNdisSetting(segments[i], segmentation);
}

// Of NDIS_OFFLOAD, by offsets: transmit and receive checksums of both families, then segmentation.
static void check_offer(struct adapter *adapter, bool transmits, bool receives, bool cuts, bool has_uso) {
  NDIS(void, EmulNdisOffload, void *, void *);
  uint32_t offer[54];
  EmulNdisOffload(adapter->ndis, offer);
  EXPECT(((uint8_t *)offer)[1] == (has_uso ? 6 : 3));
  EXPECT(offer[1] == transmits && offer[2] == (transmits ? 0x155 : 0));
  EXPECT(offer[3] == receives && offer[4] == (receives ? 0x155 : 0));
  EXPECT(offer[5] == transmits && offer[6] == (transmits ? 0x55 : 0));
  EXPECT(offer[7] == receives && offer[8] == (receives ? 0x55 : 0));
  // LSO V2: encapsulation, payload, segments; IPv6 has extension headers and TCP options.
  EXPECT(offer[20] == cuts && offer[21] == (cuts ? 61440 : 0) && offer[22] == (cuts ? 2 : 0));
  EXPECT(offer[23] == cuts && offer[24] == (cuts ? 61440 : 0) && offer[25] == (cuts ? 2 : 0));
  EXPECT(offer[26] == (cuts ? 5 : 0));
  cuts = cuts && has_uso;
  // The same for UDP, whose last segment may be shorter.
  EXPECT(offer[47] == cuts && offer[48] == (cuts ? 61440 : 0) && offer[49] == (cuts ? 0x42 : 0));
  EXPECT(offer[50] == cuts && offer[51] == (cuts ? 61440 : 0) && offer[52] == (cuts ? 0x42 : 0));
  EXPECT(offer[53] == cuts);
}

static void run(const char *checksum, const char *segmentation, uint32_t version, bool refuses) {
  NDIS(void, EmulNdisVersion, uint32_t, uint32_t);
  NDIS(void, EmulNdisSetting, const char *, const char *);
  EmulNdisVersion(version, refuses);
  offload_set(checksum, segmentation);
  struct nt_driver *driver;
  struct adapter pair[2];
  bool cuts = segmentation != NULL && segmentation[0] == '1', has_uso = cuts && version >= 83 && !refuses;
  // A value that is none counts as none.
  char value = checksum == NULL || checksum[0] > '3' ? '2' : checksum[0];
  if (offload_load(&driver, pair)) {
    check_offer(&pair[0], value & 1, value & 2, cuts, has_uso);
    carry(pair, cuts, has_uso);
  }
  pair_close(pair);
  bench_unload(driver);
  EmulNdisSetting(NULL, NULL);
  EmulNdisVersion(85, false);
}

void test_offloads(void) {
  run(NULL, NULL, 85, false);
  run("3", "1", 85, false);
  run("1", "0", 85, false);
  run("0", "1", 82, false);
  run("3", "1", 85, true);
  run("9", "9", 85, false);
  test_offers();
}
