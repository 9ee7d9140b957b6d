// With NT_OFFLOADS=on the driver offers all it can, and Linux's stack uses it through the TUN device: checksums are
// left open and long packets come whole, each with a header that says so.
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include "daemon.h"

// Since Linux 6.2.
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

bool offloads_wanted(void) {
  const char *word = getenv("NT_OFFLOADS");
  return word != NULL && strcmp(word, "on") == 0;
}

void offloads_set(void) {
  static const char *const names[] = {
      "*IPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv4", "*UDPChecksumOffloadIPv4", "*TCPChecksumOffloadIPv6",
      "*UDPChecksumOffloadIPv6", "*LsoV2IPv4", "*LsoV2IPv6", "*UsoIPv4", "*UsoIPv6"};
  NDIS(void, EmulNdisSetting, const char *, const char *);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) EmulNdisSetting(names[i], i < 5 ? "3" : "1");
}

bool offloads_open(int tun) {
  unsigned wanted = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;
  if (ioctl(tun, TUNSETOFFLOAD, wanted | TUN_F_USO4 | TUN_F_USO6) == 0) return true;
  return ioctl(tun, TUNSETOFFLOAD, wanted) == 0;
}

// The Internet checksum over the rest of the packet, which holds the pseudo-header's sum already.
static void close_checksum(const struct virtio_net_hdr *header, uint8_t *packet, uint32_t length) {
  uint32_t sum = 0, start = header->csum_start, place = start + header->csum_offset;
  if (place + 2 > length) return;
  for (uint32_t i = start; i < length; i++) sum += (i - start) % 2 == 0 ? (uint32_t)packet[i] << 8 : packet[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  sum = ~sum & 0xffff;
  if (sum == 0 && header->csum_offset == 6) sum = 0xffff;
  packet[place] = (uint8_t)(sum >> 8);
  packet[place + 1] = (uint8_t)sum;
}

// Whether the emulation's stack can send it: TCP or UDP with a payload, right behind the IP header, not a fragment.
static bool is_plain(const uint8_t *packet, uint32_t length) {
  bool is_v6 = packet[0] >> 4 == 6;
  if (length < (is_v6 ? 40u : 20u)) return false;
  if (!is_v6 && ((packet[6] & 0x3f) != 0 || packet[7] != 0)) return false;
  uint32_t transport = is_v6 ? 40 : (packet[0] & 15u) * 4, protocol = packet[is_v6 ? 6 : 9];
  if (protocol == IPPROTO_UDP) return length > transport + 8;
  if (protocol != IPPROTO_TCP || length < transport + 20) return false;
  return length > transport + (uint32_t)(packet[transport + 12] >> 4) * 4;
}

// Says once of each kind that a packet went down whole: what a test may trust to have happened.
static void tell(uint8_t type) {
  static bool has_told[8];
  uint8_t kind = type & 7;
  if (has_told[kind]) return;
  has_told[kind] = true;
  bool is_tcp = kind == VIRTIO_NET_HDR_GSO_TCPV4 || kind == VIRTIO_NET_HDR_GSO_TCPV6;
  fprintf(stderr, "nt-daemon: the driver cuts %s\n", is_tcp ? "TCP" : "UDP");
}

void offloads_send(struct daemon *daemon, uint8_t *bytes, uint32_t length) {
  NDIS(int32_t, EmulNdisSend, void *, const uint8_t *, uint32_t, uint32_t);
  NDIS(uint32_t, EmulNdisStackSend, void *, uint8_t *, uint32_t, uint32_t);
  struct virtio_net_hdr header;
  if (length <= sizeof header) return;
  memcpy(&header, bytes, sizeof header);
  uint8_t *packet = bytes + sizeof header;
  length -= sizeof header;
  // A datagram without a checksum would get one: it goes as it is.
  bool is_open = (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0;
  if (is_open && is_plain(packet, length)) {
    bool is_whole = header.gso_type == VIRTIO_NET_HDR_GSO_NONE || header.gso_size == 0;
    uint32_t size = is_whole ? length : header.gso_size;
    uint32_t lists = EmulNdisStackSend(daemon->adapter, packet, length, size);
    if (!is_whole && lists == 1) tell(header.gso_type);
    return;
  }
  if (is_open) close_checksum(&header, packet, length);
  EmulNdisSend(daemon->adapter, packet, length, 1);
}
