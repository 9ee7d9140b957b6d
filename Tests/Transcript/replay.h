// Replays a transcript (Docs/Transcript.md) to a host and compares what it answers, byte for byte.
#pragma once

#include <stdbool.h>
#include <stdint.h>

/// Wall clock in seconds when the clock of the ages stands at 0.
#define TRANSCRIPT_EPOCH 1700000000u
/// Bytes of a packet or a datagram, at most.
#define TRANSCRIPT_ROOM 2048

struct transcript_setup {
  uint64_t seed;
  uint8_t private_key[32], peer_key[32], preshared_key[32];
  uint64_t begin_ns;
};

/// A host. Packets and datagrams that it answers with come one at a time; a length of 0 means none has come in
/// `patience_ms`.
struct transcript_host {
  /// Makes an interface that is up and has the one peer, 10.0.0.2 at the replay's socket. Called once.
  bool (*begin)(void *context, const struct transcript_setup *setup);
  void (*set_time)(void *context, uint64_t boot_ns);
  bool (*send_packet)(void *context, const uint8_t *bytes, uint32_t length);
  bool (*send_datagram)(void *context, const uint8_t *bytes, uint32_t length);
  bool (*set_keepalive)(void *context, uint16_t seconds);
  uint32_t (*next_datagram)(void *context, uint8_t *room, int patience_ms);
  uint32_t (*next_packet)(void *context, uint8_t *room, int patience_ms);
  void *context;
};

/// Replays the file at `path`. Prints what was compared, or where the first difference is; true when there is none.
bool transcript_replay(const char *path, const char *name, const struct transcript_host *host);
