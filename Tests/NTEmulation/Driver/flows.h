// TCP and UDP packets that are too large, and the packets that have to arrive for them: arithmetic of the tests' own.
#pragma once

#include "bench.h"

/// A large packet from 10.0.0.1 or fd00::1 to number 2.
struct flow {
  bool is_v6, is_tcp;
  /// Twelve bytes of TCP options; four of IPv4 options, or eight of an IPv6 header for the destination.
  bool has_tcp_options, has_ip_options;
  uint32_t payload;
  /// Bytes of payload of each packet that arrives but the last.
  uint32_t size;
  uint16_t identification;
  /// Of TCP; all UDP packets of the flow go without a checksum when it is 1 there.
  uint8_t flags;
};

#define FLOW_MAX 65536
/// The bits of an identification that count when the driver cuts.
#define FLOW_IDENTIFICATIONS(flow) ((flow)->is_tcp ? 0x7fffu : 0xffffu)

/// Where the transport header starts, and the payload.
uint32_t flow_transport(const struct flow *flow);
uint32_t flow_headers(const struct flow *flow);
/// Writes the large packet as the stack leaves it to a miniport: its checksum field holds the pseudo-header's sum
/// without a length. Returns its length.
uint32_t flow_make(const struct flow *flow, uint8_t *packet);
/// The number of packets that arrive for it, and what packet `index` is; returns its length.
uint32_t flow_count(const struct flow *flow);
uint32_t flow_expect(const struct flow *flow, uint32_t index, uint8_t *piece);
/// Whether lengths and checksums of a packet without IPv6 extension headers are right.
bool flow_is_sound(const uint8_t *packet, uint32_t length);
/// The information that asks a driver to cut it.
uint32_t flow_information(const struct flow *flow);
/// Closes the checksums of a packet, or leaves that of the transport header open: the pseudo-header's sum.
void flow_checksums(const struct flow *flow, uint8_t *packet, uint32_t length, bool is_open);
