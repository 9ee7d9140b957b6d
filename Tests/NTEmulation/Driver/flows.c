// TCP and UDP packets that are too large, and what has to arrive for them.
#include "flows.h"

static uint32_t load(const uint8_t *place) { return (uint32_t)place[0] * 256 + place[1]; }

static void store(uint8_t *place, uint32_t value) {
  place[0] = (uint8_t)(value / 256);
  place[1] = (uint8_t)value;
}

// RFC 1071, the plain way.
static uint32_t sum_of(uint64_t sum, const uint8_t *bytes, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) sum += i % 2 == 0 ? (uint64_t)bytes[i] * 256 : bytes[i];
  while (sum > 0xffff) sum = sum / 65536 + sum % 65536;
  return (uint32_t)sum;
}

uint32_t flow_transport(const struct flow *flow) {
  return flow->is_v6 ? (flow->has_ip_options ? 48 : 40) : (flow->has_ip_options ? 24 : 20);
}

uint32_t flow_headers(const struct flow *flow) {
  return flow_transport(flow) + (flow->is_tcp ? (flow->has_tcp_options ? 32 : 20) : 8);
}

uint32_t flow_information(const struct flow *flow) {
  return flow->size | flow_transport(flow) << 20 | (flow->is_tcp ? 0x40000000u : 0) | (flow->is_v6 ? 0x80000000u : 0);
}

static uint32_t pseudo(const struct flow *flow, const uint8_t *packet, uint32_t transport_length) {
  uint32_t sum = flow->is_v6 ? sum_of(0, packet + 8, 32) : sum_of(0, packet + 12, 8);
  return sum_of((uint64_t)sum + transport_length + (flow->is_tcp ? 6 : 17), NULL, 0);
}

void flow_checksums(const struct flow *flow, uint8_t *packet, uint32_t length, bool is_open) {
  uint32_t transport = flow_transport(flow), place = transport + (flow->is_tcp ? 16 : 6);
  if (!flow->is_v6) {
    store(packet + 10, 0);
    store(packet + 10, 0xffff - sum_of(0, packet, transport));
  }
  store(packet + place, 0);
  uint32_t sum = pseudo(flow, packet, length - transport);
  if (!is_open) {
    sum = 0xffff - sum_of(sum, packet + transport, length - transport);
    if (sum == 0) sum = 0xffff;
  }
  store(packet + place, sum);
}

// All headers, for a payload of this many bytes that begins `from` bytes into the flow's.
static void headers(const struct flow *flow, uint8_t *packet, uint32_t payload, uint32_t from) {
  uint32_t transport = flow_transport(flow), all = flow_headers(flow);
  memset(packet, 0, all);
  uint8_t protocol = flow->is_tcp ? 6 : 17;
  if (flow->is_v6) {
    packet[0] = 0x60;
    store(packet + 4, all + payload - 40);
    packet[6] = flow->has_ip_options ? 60 : protocol;
    packet[7] = 64;
    packet[8] = packet[24] = 0xfd;
    packet[23] = 1;
    packet[39] = 2;
    if (flow->has_ip_options) memcpy(packet + 40, (uint8_t[]){protocol, 0, 1, 4, 0, 0, 0, 0}, 8);
  } else {
    packet[0] = flow->has_ip_options ? 0x46 : 0x45;
    store(packet + 2, all + payload);
    store(packet + 4, flow->identification);
    packet[8] = 64;
    packet[9] = protocol;
    memcpy(packet + 12, (uint8_t[]){10, 0, 0, 1, 10, 0, 0, 2}, 8);
    if (flow->has_ip_options) memcpy(packet + 20, (uint8_t[]){7, 4, 4, 0}, 4);
  }
  uint8_t *header = packet + transport;
  store(header, 4000);
  store(header + 2, 5000);
  if (!flow->is_tcp) {
    store(header + 4, 8 + payload);
    return;
  }
  uint32_t sequence = 0xfffffe00u + from;
  store(header + 4, sequence / 65536);
  store(header + 6, sequence);
  store(header + 10, 77);
  header[12] = flow->has_tcp_options ? 0x80 : 0x50;
  header[13] = flow->flags;
  store(header + 14, 500);
  if (flow->has_tcp_options) memcpy(header + 20, (uint8_t[]){1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8}, 12);
}

static void payload_make(uint8_t *place, uint32_t from, uint32_t count) {
  for (uint32_t i = from; i < from + count; i++) *place++ = (uint8_t)(i * 7 + i / 251);
}

uint32_t flow_make(const struct flow *flow, uint8_t *packet) {
  uint32_t all = flow_headers(flow);
  headers(flow, packet, flow->payload, 0);
  payload_make(packet + all, 0, flow->payload);
  if (flow->is_tcp || flow->flags != 1)
    store(packet + flow_transport(flow) + (flow->is_tcp ? 16 : 6), pseudo(flow, packet, 0));
  return all + flow->payload;
}

uint32_t flow_count(const struct flow *flow) { return (flow->payload + flow->size - 1) / flow->size; }

uint32_t flow_expect(const struct flow *flow, uint32_t index, uint8_t *piece) {
  uint32_t from = index * flow->size, all = flow_headers(flow);
  bool is_last = from + flow->size >= flow->payload;
  uint32_t count = is_last ? flow->payload - from : flow->size;
  headers(flow, piece, count, from);
  payload_make(piece + all, from, count);
  if (!flow->is_v6) {
    uint32_t mask = FLOW_IDENTIFICATIONS(flow);
    store(piece + 4, (flow->identification & ~mask) | ((flow->identification + index) & mask));
  }
  if (flow->is_tcp) {
    uint8_t *flags = piece + flow_transport(flow) + 13;
    // Push and finish at the end, "window reduced" at the beginning.
    if (!is_last) *flags &= 0xff - 0x09;
    if (index > 0) *flags &= 0xff - 0x80;
  }
  flow_checksums(flow, piece, all + count, false);
  if (!flow->is_tcp && flow->flags == 1) store(piece + flow_transport(flow) + 6, 0);
  return all + count;
}

bool flow_is_sound(const uint8_t *packet, uint32_t length) {
  bool is_v6 = packet[0] / 16 == 6;
  uint32_t transport = is_v6 ? 40 : packet[0] % 16 * 4u, protocol = packet[is_v6 ? 6 : 9];
  if ((is_v6 ? 40 + load(packet + 4) : load(packet + 2)) != length) return false;
  if (!is_v6 && sum_of(0, packet, transport) != 0xffff) return false;
  if (protocol == 17 && load(packet + transport + 4) != length - transport) return false;
  uint32_t sum = is_v6 ? sum_of(0, packet + 8, 32) : sum_of(0, packet + 12, 8);
  return sum_of((uint64_t)sum + protocol + length - transport, packet + transport, length - transport) == 0xffff;
}
