// What the Swift shell offers the C glue. All of it runs at PASSIVE_LEVEL, on a stack of 24 KB or more, and must not be
// called while the glue holds a lock that a host function (host.h) takes.
//
// An interface is one adapter: one key, one port, many peers. The glue keeps it alive until the last call has returned:
// `shell_interface_destroy` comes after the workers have ended and every ioctl has.
#pragma once

#include "frame.h"

struct shell_interface;

/// What a status code means is NTSTATUS's business; these are the numbers the glue returns to I/O manager.
typedef uint32_t shell_status;

/// Makes an interface that is down and empty, for `worker_count` ≥ 1 workers. `adapter` is passed to every host
/// function. NULL when there is no memory.
struct shell_interface *shell_interface_create(void *adapter, uint32_t worker_count);

/// Takes an interface apart; wipes every key and gives back every frame it holds.
void shell_interface_destroy(struct shell_interface *interface);

/// Does what waits: frames, handshakes, timers, in slices. Worker `worker` of 0 ..< worker_count calls it whenever it
/// was woken. Returns 1 when there is more to do at once, 0 when the worker may sleep.
uint32_t shell_work(struct shell_interface *interface, uint32_t worker);

/// The GET request: fills `output`, of `length_bytes` ≥ 0. `information` is what Information is to be.
shell_status shell_read(
    struct shell_interface *interface, uint8_t *output, uint64_t length_bytes, uint64_t *information);

/// The OBSERVE request: as GET, with how far things are.
shell_status shell_observe(
    struct shell_interface *interface, uint8_t *output, uint64_t length_bytes, uint64_t *information);

/// The SET request. `snapshot` is the driver's own copy of the caller's buffer: nobody changes it meanwhile; the glue
/// wipes it afterwards.
shell_status shell_write(
    struct shell_interface *interface, const uint8_t *snapshot, uint64_t length_bytes, uint64_t *information);

/// The ADAPTER_STATE request. `buffer` holds `input_length_bytes` of input and takes the output, 4 bytes if any.
shell_status shell_state(
    struct shell_interface *interface, uint8_t *buffer, uint32_t input_length_bytes, uint32_t output_length_bytes,
    uint64_t *information);

/// The READ_LOG_LINE request: STATUS_PENDING when there is no line; otherwise fills `entry` (128 bytes).
shell_status shell_read_log_line(
    struct shell_interface *interface, uint8_t *entry, uint64_t length_bytes, uint64_t *information);

/// STATUS_SUCCESS when an input of this length can go on to the adapter: the one length that is judged before the
/// adapter is looked for.
shell_status shell_precheck(uint32_t control_code, uint32_t input_length_bytes);

/// The adapter is about to be taken away or its driver paused: every session and handshake is wiped, staged packets are
/// dropped. Traffic starts again with a handshake.
void shell_quiesce(struct shell_interface *interface);

/// The adapter goes on after shell_quiesce: the peers that had a session are asked for another. Nothing without one.
void shell_resume(struct shell_interface *interface);

/// The system's routes changed: no peer keeps the source it had, so that the glue chooses a way for its next datagram.
void shell_routes_changed(struct shell_interface *interface);

/// The adapter ends: as ADAPTER_STATE down when it is up.
void shell_close(struct shell_interface *interface);

/// Counters that NDIS's statistics are made of; all only grow.
struct shell_statistics {
  /// Aligned by name: on x86 only Windows aligns it by itself.
  _Alignas(8) uint64_t sent_packets;
  uint64_t sent_bytes, send_errors, send_discards;
  uint64_t received_packets, received_bytes, receive_errors, receive_discards;
};

/// Reads the counters.
void shell_statistics_read(struct shell_interface *interface, struct shell_statistics *statistics);
