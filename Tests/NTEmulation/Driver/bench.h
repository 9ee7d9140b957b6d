// What the tests of the driver share: adapters of needletail.sys in the emulated kernel, and what is done with them.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../Loader/Host/emulation.h"
#include "records.h"

/// One packet that came up.
struct packet {
  uint32_t length;
  uint8_t *bytes;
};

struct adapter {
  void *ndis;
  struct nt_file *file;
  uint8_t public_key[32];
  uint16_t port;
  // packets that came up, under the bench's lock
  struct packet *packets;
  uint32_t packet_count, packet_room;
};

/// Counts a failed expectation and says where.
extern int bench_failures;
#define EXPECT(condition)                                                    \
  do {                                                                       \
    if (!(condition)) {                                                      \
      bench_failures++;                                                      \
      printf("  %s:%d: not so: %s\n", __FILE_NAME__, __LINE__, #condition); \
    }                                                                        \
  } while (0)

/// Who sends the requests that follow.
enum caller { CALLER_USER, CALLER_ADMINISTRATOR_MEDIUM, CALLER_ADMINISTRATOR, CALLER_SYSTEM };
void bench_call_as(enum caller caller);

/// Loads the driver; NULL with its status.
struct nt_driver *bench_load(int32_t *status);
/// Unloads it and expects nothing left anywhere.
void bench_unload(struct nt_driver *driver);

/// Makes an adapter, opens it and lets it run. False when any of it fails; nothing is left then.
bool adapter_open(struct adapter *adapter, uint64_t luid);
void adapter_close(struct adapter *adapter);
int32_t adapter_control(
    struct adapter *adapter, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information);
int32_t adapter_set(struct adapter *adapter, const void *bytes, uint32_t length);
int32_t adapter_state(struct adapter *adapter, uint32_t verb);
/// Sets the private key to 32 times `byte` and learns public key and port.
int32_t adapter_identify(struct adapter *adapter, uint8_t byte);
/// Makes `peer` a peer at 127.0.0.1 or ::1 that owns 10.0.0.`number` and fd00::`number`.
int32_t adapter_add_peer(
    struct adapter *adapter, const struct adapter *peer, uint8_t number, bool by_v6, uint16_t keepalive);
int32_t adapter_send(struct adapter *adapter, const void *bytes, uint32_t length, bool raised);
/// Waits until `count` packets have come up; false after five seconds.
bool adapter_await(struct adapter *adapter, uint32_t count);
void adapter_forget(struct adapter *adapter);

/// A pair of adapters that are each other's peer, up.
bool pair_open(struct adapter pair[2], bool by_v6);
void pair_close(struct adapter pair[2]);
/// Sends until something arrives: a call that failed may have cost packets or a handshake, which is tried again after
/// five seconds, but not the tunnel.
bool pair_works(struct adapter pair[2]);

/// Writes an IPv4 or IPv6 packet of `length` bytes between 10.0.0.x or fd00::x that carries `marker`.
void packet_make(uint8_t *bytes, uint32_t length, bool is_v6, uint8_t from, uint8_t to, uint32_t marker);

void sleep_ms(uint32_t milliseconds);

// The scenarios, one a file.
void test_requests(void);
void test_conformance(void);
void test_buffers(void);
void test_log(void);
void test_traffic(void);
void test_life(void);
void test_oids(void);
void test_trace(void);
void test_routes(void);
void test_vectors(void);
void test_segments(void);
void test_offloads(void);
void test_refusals(void);
void test_sites(void);
