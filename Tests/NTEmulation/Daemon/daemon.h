// needletail.sys as a daemon of Linux: an adapter in the emulated kernel whose protocol stack is a TUN device, and
// whose four requests are spoken to through the control socket of the other daemons.
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../Driver/records.h"
#include "../Loader/Host/emulation.h"

#define NDIS(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ndis.sys", #name)

struct daemon {
  const char *name;
  void *adapter;
  struct nt_file *file;
  uint64_t luid;
  int tun;
  int control;
  /// The stack leaves work to the driver.
  bool has_offloads;
  /// Held for reading by whoever uses the adapter, and for ever by the end of the process.
  pthread_rwlock_t use;
};

/// One of the four requests.
int32_t daemon_request(
    struct daemon *daemon, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information);

/// Makes the TUN device; a message and false when that is refused.
bool tun_open(struct daemon *daemon);
/// Starts the threads that carry packets, and link state and MTU, between the device and the adapter.
void tun_start(struct daemon *daemon);

/// Whether NT_OFFLOADS asks for what the stack may leave to the driver.
bool offloads_wanted(void);
/// Has the next driver that is loaded offer all of it.
void offloads_set(void);
/// Asks the TUN device for it; false when the kernel has none.
bool offloads_open(int tun);
/// Sends a packet behind the TUN device's header.
void offloads_send(struct daemon *daemon, uint8_t *bytes, uint32_t length);

/// Listens on /var/run/wireguard/NAME.sock, and answers until the process ends.
bool control_open(struct daemon *daemon);
void control_serve(struct daemon *daemon);

/// Answers one request of the text protocol: reads lines from `in` up to the empty one, writes to `out`. False at the
/// end of the connection.
bool text_answer(struct daemon *daemon, FILE *in, FILE *out);
