// UDP sockets: many datagrams a call, with the addresses, interface and DS field each came or goes with.
#ifndef NEEDLETAIL_LINUX_UDP_H
#define NEEDLETAIL_LINUX_UDP_H

#include <stdbool.h>
#include <stdint.h>

/// One message of a batch. Addresses are in network order, 4 or 16 bytes by the socket's family; the rest is in the
/// machine's order.
struct linux_datagram {
  void *_Nullable bytes;
  /// Sending: the bytes to send. Receiving: the room, then the bytes received.
  uint32_t length_bytes;
  /// The size of each datagram in `bytes` but the last; 0 when there is only one.
  uint16_t segment_bytes;
  uint16_t remote_port;
  uint32_t remote_scope;
  /// The interface it came by or is to leave by; 0 when the kernel shall choose.
  uint32_t interface;
  uint8_t remote_address[16];
  uint8_t local_address[16];
  bool has_local_address;
  /// Receiving: the room was too small and the rest is lost.
  bool is_truncated;
  uint8_t traffic_class;
};

/// Opens a socket of the family (IPv6: for IPv6 alone) that does not block, reports where datagrams arrived and their
/// DS field, lets routers fragment what it sends, and sends IPv6 without a flow label.
int linux_udp_open(bool ipv6);

/// Binds the socket to a port on all addresses; 0 lets the kernel choose. Returns the port.
int linux_udp_bind(int descriptor, bool ipv6, uint16_t port);

/// Sets both buffers, beyond the system's limit where the process may.
void linux_udp_set_buffers(int descriptor, int size_bytes);

/// Sets the mark of everything sent; 0 for none.
int linux_udp_set_mark(int descriptor, uint32_t mark);

/// Asks for many datagrams of one flow in one buffer.
int linux_udp_set_coalescing(int descriptor);

/// Whether the kernel can cut up one buffer into many datagrams.
bool linux_udp_can_segment(int descriptor);

/// What waits in a socket to be received, and what the system gave up: it had no room, or a wrong checksum.
struct linux_udp_queue {
  /// Bytes of memory, the kernel's own among them.
  uint32_t used_bytes;
  /// Datagrams dropped since the socket was opened; wraps.
  uint32_t dropped;
};

/// Looks at a socket's receive queue; zeros when the descriptor is no socket.
struct linux_udp_queue linux_udp_receive_queue(int descriptor);

/// Receives up to `count` ≤ 64 messages without waiting. Returns their number.
int linux_udp_receive(int descriptor, bool ipv6, struct linux_datagram *_Nonnull datagrams, unsigned count);

/// Sends up to `count` ≤ 64 messages without waiting. Returns the number sent; the next one is what failed. Fails
/// itself only when the first does.
int linux_udp_send(int descriptor, bool ipv6, const struct linux_datagram *_Nonnull datagrams, unsigned count);

/// Puts the file behind `from` in the place of `descriptor`, whose number stays, and closes `from`.
int linux_replace(int descriptor, int from);

/// Opens a descriptor that stands for no socket: it is never ready, and every socket call on it fails with ENOTSOCK.
int linux_open_nothing(void);

#endif
