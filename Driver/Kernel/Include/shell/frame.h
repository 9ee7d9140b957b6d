// A frame: one packet in memory of the driver's own, on its way through the tunnel.
#pragma once

#include "address.h"

/// Bytes before the packet that belong to the data message's header, so that packets are sealed and opened in place.
#define SHELL_FRAME_HEADROOM 16
/// Bytes after the packet for padding and tag: 15 + 16.
#define SHELL_FRAME_TAILROOM 32
/// 64-bit words of a frame that its holder may use: the shell while it has it, the glue while it sends it.
#define SHELL_FRAME_NOTE_WORDS 29

/// What `tasks` can name: checksums that are open, as NDIS leaves them, and a super-packet to be cut: TCP or UDP, as
/// the open checksum says.
#define SHELL_TASK_IPV4_CHECKSUM 1
#define SHELL_TASK_TCP_CHECKSUM 2
#define SHELL_TASK_UDP_CHECKSUM 4
#define SHELL_TASK_CUT 8

/// What the protocol stack has left to do on an inner packet.
struct shell_tasks {
  /// Payload bytes of each packet that is cut from a super-packet.
  uint32_t segment_bytes;
  /// Where the super-packet's TCP or UDP header starts, as the stack says.
  uint16_t transport;
  uint8_t tasks;
  /// 4 or 6, as the stack says; counts when there are tasks.
  uint8_t family;
};

_Static_assert(sizeof(struct shell_tasks) == 8, "shell_tasks");

/// One packet or datagram. A frame has one owner at a time: whoever it was passed to last.
struct shell_frame {
  /// The next frame of a chain; belongs to the owner.
  struct shell_frame *next;
  /// The memory: `capacity` bytes, aligned to 16; on x86 to 8.
  uint8_t *bytes;
  uint32_t capacity;
  /// Where the content starts, and its length in bytes: an inner packet, or a whole UDP payload.
  uint32_t offset;
  uint32_t length;
  /// The DS field of the outer packet: as it arrived, or as it is to be sent.
  uint8_t traffic_class;
  /// Inner packets: 4 or 6.
  uint8_t family;
  uint8_t reserved[2];
  /// Datagrams: where it came from or goes.
  struct shell_path path;
  /// Inner packets from the protocol stack.
  struct shell_tasks left;
  /// The holder's own. Aligned by name: on x86 only Windows aligns it by itself.
  _Alignas(8) uint64_t note[SHELL_FRAME_NOTE_WORDS];
};
