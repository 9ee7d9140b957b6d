// ndis.sys: the upper edge as TCP/IP is: what is too long goes down whole where the miniport has offered to cut it, and
// otherwise in pieces; checksums are left open where it has offered to close them.
#include "ndis_parts.h"

#define PACKET_MAX 65536

static uint32_t load(const uint8_t *place) { return (uint32_t)(place[0] << 8 | place[1]); }

static void store(uint8_t *place, uint32_t value) {
  place[0] = (uint8_t)(value >> 8);
  place[1] = (uint8_t)value;
}

static uint32_t add(uint32_t sum, const uint8_t *bytes, uint32_t length) {
  for (uint32_t i = 0; i < length; i++) sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
  return (sum & 0xffff) + (sum >> 16);
}

static uint32_t fold(uint32_t sum) {
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

struct flow {
  struct emul_adapter *adapter;
  BOOLEAN is_v6, is_tcp;
  /// Where the transport header, its checksum and the payload are.
  uint32_t transport, checksum, payload;
};

// The pseudo-header's sum; without the length for who cuts.
static uint32_t pseudo(const struct flow *flow, const uint8_t *bytes, uint32_t transport_length) {
  uint32_t sum = flow->is_v6 ? add(0, bytes + 8, 32) : add(0, bytes + 12, 8);
  return fold(sum + (flow->is_tcp ? 6 : 17) + transport_length);
}

static uint32_t open_checksums(const struct flow *flow, uint8_t *bytes, uint32_t length) {
  const NDIS_OFFLOAD *all = &flow->adapter->offload;
  const NT_CHECKSUM_OFFLOAD *offload = flow->is_v6 ? &all->IPv6Transmit : &all->IPv4Transmit;
  uint32_t information = flow->is_v6 ? NT_CHECKSUM_IS_IPV6 : NT_CHECKSUM_IS_IPV4;
  BOOLEAN is_null = offload->Encapsulation == NDIS_ENCAPSULATION_NULL;
  store(bytes + flow->checksum, pseudo(flow, bytes, length - flow->transport));
  if (is_null && (offload->Supported & (flow->is_tcp ? 0x10 : 0x40))) {
    information |= flow->is_tcp ? NT_CHECKSUM_TCP | flow->transport << 16 : NT_CHECKSUM_UDP;
  } else {
    uint32_t sum = 0;
    for (uint32_t i = flow->transport; i < length; i += 1000)
      sum = add(sum, bytes + i, length - i < 1000 ? length - i : 1000);
    sum = ~fold(sum) & 0xffff;
    store(bytes + flow->checksum, sum == 0 ? 0xffff : sum);
  }
  if (flow->is_v6) return information;
  store(bytes + 10, 0);
  if (is_null && (offload->Supported & 0x100)) return information | NT_CHECKSUM_IP_HEADER;
  store(bytes + 10, ~fold(add(0, bytes, flow->transport)) & 0xffff);
  return information;
}

// One piece, cut by the stack itself.
static int32_t send_piece(
    const struct flow *flow, const uint8_t *bytes, uint32_t length, uint32_t index, uint32_t size) {
  uint32_t whole = length - flow->payload, from = index * size, part = whole - from < size ? whole - from : size;
  uint8_t *piece = platform_memory_take(PACKET_MAX);
  REQUIRE(piece != NULL);
  memcpy(piece, bytes, flow->payload);
  memcpy(piece + flow->payload, bytes + flow->payload + from, part);
  uint32_t total = flow->payload + part;
  if (flow->is_v6) {
    store(piece + 4, total - 40);
  } else {
    store(piece + 2, total);
    store(piece + 4, load(bytes + 4) + index);
  }
  if (flow->is_tcp) {
    uint8_t *tcp = piece + flow->transport;
    uint32_t sequence = (load(tcp + 4) << 16 | load(tcp + 6)) + from;
    store(tcp + 4, sequence >> 16);
    store(tcp + 6, sequence);
    if (from + part < whole) tcp[13] &= (uint8_t)~0x09;
    if (index > 0) tcp[13] &= (uint8_t)~0x80;
  } else {
    store(piece + flow->transport + 4, 8 + part);
  }
  struct emul_packet packet = {.bytes = piece, .length = total, .raised = index % 2};
  packet.checksums = open_checksums(flow, piece, total);
  int32_t status = emul_send(flow->adapter, &packet);
  platform_memory_give_back(piece);
  return status;
}

// Whole, if the miniport cuts such packets.
static BOOLEAN goes_whole(const struct flow *flow, uint32_t payload, uint32_t size) {
  const NDIS_OFFLOAD *offload = &flow->adapter->offload;
  const NT_SEGMENTATION_OFFLOAD *offer = flow->is_tcp ? (flow->is_v6 ? &offload->LsoV2IPv6 : &offload->LsoV2IPv4)
                                                      : (flow->is_v6 ? &offload->UsoIPv6 : &offload->UsoIPv4);
  if (offer->Encapsulation != NDIS_ENCAPSULATION_NULL || payload > offer->MaxOffLoadSize) return FALSE;
  uint32_t least = flow->is_tcp ? offer->MinSegmentCount : offer->MinSegmentCount & 0x3f;
  if (payload <= size * (least - 1)) return FALSE;
  return flow->is_tcp || payload % size == 0 || (offer->MinSegmentCount & 0x40);
}

/// Sends a packet without extension headers, whose payload is cut into segments of `size` bytes if it is longer. Its
/// lengths and checksums are made here. Answers how many lists that took; 0 when one of them was refused.
uint32_t EmulNdisStackSend(struct emul_adapter *adapter, uint8_t *bytes, uint32_t length, uint32_t size) {
  struct flow flow = {.adapter = adapter, .is_v6 = bytes[0] >> 4 == 6};
  flow.is_tcp = bytes[flow.is_v6 ? 6 : 9] == 6;
  flow.transport = flow.is_v6 ? 40 : (bytes[0] & 15u) * 4;
  flow.checksum = flow.transport + (flow.is_tcp ? 16 : 6);
  flow.payload = flow.transport + (flow.is_tcp ? (uint32_t)(bytes[flow.transport + 12] >> 4) * 4 : 8);
  REQUIRE(length > flow.payload && length < PACKET_MAX && size > 0);
  uint32_t payload = length - flow.payload, count = (payload + size - 1) / size;
  if (count > 1 && goes_whole(&flow, payload, size)) {
    if (flow.is_v6) {
      store(bytes + 4, length - 40);
    } else {
      // Either is seen: the whole length, and none.
      store(bytes + 2, flow.is_tcp ? length : 0);
      store(bytes + 10, 0);
    }
    if (!flow.is_tcp) store(bytes + flow.transport + 4, 8 + payload);
    store(bytes + flow.checksum, pseudo(&flow, bytes, 0));
    uint32_t information = size | flow.transport << 20 | (flow.is_v6 ? NT_SEGMENT_IPV6 : 0);
    struct emul_packet packet = {.bytes = bytes, .length = length, .raised = TRUE};
    packet.checksums = flow.is_v6 ? NT_CHECKSUM_IS_IPV6 : NT_CHECKSUM_IS_IPV4;
    if (flow.is_tcp)
      packet.lso = information | NT_LSO_V2;
    else
      packet.uso = information;
    return emul_send(adapter, &packet) == NDIS_STATUS_SUCCESS ? 1 : 0;
  }
  uint32_t sent = 0;
  for (uint32_t i = 0; i < count; i++) sent += send_piece(&flow, bytes, length, i, size) == NDIS_STATUS_SUCCESS;
  return sent == count ? count : 0;
}
