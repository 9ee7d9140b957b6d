// The load of the benchmarks: numbered datagrams, the same program at both ends whoever carries them.

#pragma once

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Datagrams in one sendmmsg or recvmmsg.
enum { LOAD_BATCH = 64 };
// Room for the largest datagram any of this sends.
enum { LOAD_ROOM = 2048 };

// The monotonic clock, in nanoseconds.
uint64_t load_now_ns(void);

// A UDP socket with large buffers, so that it is not the socket of the load that loses; ends the process on failure.
int load_socket(void);
void load_bind(int descriptor, uint16_t port);
void load_connect(int descriptor, const char *address, uint16_t port);

// Set by SIGTERM and SIGINT once load_catch_signals was called; blocking calls then return.
extern volatile bool load_ended;
void load_catch_signals(void);

_Noreturn void load_fail(const char *what);

// What is sent: `size_bytes` with the sequence number first, or initiations whose MAC1 is garbage.
struct load_plan {
  size_t size_bytes;
  // Datagrams a second; 0 sends as fast as the machine lets it.
  double rate;
  double seconds;
  bool initiations;
};

// Each prints one JSON object when it is done.
void load_send(int descriptor, const struct load_plan *plan);
// Until the signal.
void load_receive(int descriptor);
void load_echo(int descriptor);
// `count` round trips of `size_bytes`, one after the other.
void load_ping(int descriptor, size_t size_bytes, size_t count);
