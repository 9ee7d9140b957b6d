// Packet sockets: what Swift cannot say itself, for control messages and filters are built with C macros. Nothing is
// decided here. A failure is the negated error number.
#ifndef NEEDLETAIL_CPACKETSOCKET_H
#define NEEDLETAIL_CPACKETSOCKET_H

#include <stdbool.h>
#include <stdint.h>

/// An instruction of the kernel's classic packet filter.
struct packet_instruction {
  uint16_t code;
  uint8_t if_true;
  uint8_t if_false;
  uint32_t operand;
};

/// What the kernel says of a packet.
struct packet_facts {
  /// Nanoseconds since 1970.
  uint64_t time_ns;
  /// The interface's index.
  uint32_t interface;
  /// Bytes of the packet from its network header on, all of them.
  uint32_t length_bytes;
  /// Whether this machine sent it.
  bool is_outgoing;
};

/// Opens a socket that gets every packet of the interface with this index, or of all for 0, that the filter takes;
/// without instructions it takes all. Packets begin with their network header. Does not block, and keeps up to
/// `room_bytes`.
int packet_socket_open(
  uint32_t interface, const struct packet_instruction *_Nullable filter, uint16_t count, uint32_t room_bytes);

/// Takes the next packet, up to `room_bytes` of it, and returns how many bytes of it there are.
int packet_socket_receive(
  int socket, void *_Nonnull bytes, uint32_t room_bytes, struct packet_facts *_Nonnull facts);

/// How many packets there was no room for since the last time this was asked.
int packet_socket_lost(int socket, uint32_t *_Nonnull count);

/// Becomes nobody (65534) for ever. Fails with EINVAL where that user does not exist, as in some user namespaces.
int packet_process_become_nobody(void);

#endif
