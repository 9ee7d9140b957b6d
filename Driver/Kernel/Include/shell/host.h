// What the C glue offers the Swift shell: one function for each thing the kernel has. `adapter` is what was passed to
// `shell_interface_create`. Called at PASSIVE_LEVEL, or at APC_LEVEL between host_lane_enter and host_lane_leave.
#pragma once

#include <stddef.h>

#include "frame.h"

// Memory (nonpaged). NULL when there is none.
void *host_take(void *adapter, size_t length_bytes, size_t alignment);
void host_give_back(void *adapter, void *place, size_t length_bytes, size_t alignment);

// A frame of `length_bytes` of content behind SHELL_FRAME_HEADROOM and before SHELL_FRAME_TAILROOM, content unset. NULL
// when there is no memory or the adapter has its most frames already.
struct shell_frame *host_frame_take(void *adapter, uint32_t length_bytes);
/// Gives back a chain of frames.
void host_frame_give_back(void *adapter, struct shell_frame *chain);

// Random bytes of the system's generator.
void host_random(void *adapter, uint8_t *place, size_t length_bytes);

// Clocks: nanoseconds since boot, suspend included; and the wall clock, 100 ns units since 1601 (UTC).
uint64_t host_boot_time_ns(void *adapter);
uint64_t host_wall_time_100ns(void *adapter);

// The lane: one lock per adapter. Not recursive; held for microseconds, never across a wait.
void host_lane_enter(void *adapter);
void host_lane_leave(void *adapter);

// Wakes one worker, which then calls shell_work.
void host_wake(void *adapter);
// Wakes a worker at `boot_time_ns`; replaces the earlier time. UINT64_MAX: never.
void host_wake_at(void *adapter, uint64_t boot_time_ns);

// Takes up to `limit` frames that wait from the protocol stack (inner packets) or from the network (datagrams), oldest
// first, as a chain; NULL when there are none. Called in the lane.
struct shell_frame *host_take_outbound(void *adapter, uint32_t limit);
struct shell_frame *host_take_inbound(void *adapter, uint32_t limit);

// Sends the datagrams of a chain, in order, each along its path; the frames are the glue's again.
void host_send(void *adapter, struct shell_frame *chain);
// Indicates the inner packets of a chain to the protocol stack, in order; the frames are the glue's again.
void host_deliver(void *adapter, struct shell_frame *chain);

// 1 when the system keeps 256-bit vectors, so that a worker can borrow them; 0 otherwise.
uint32_t host_has_wide_vectors(void *adapter);
// Lends `worker`, which calls this, 256-bit vectors until host_wide_vectors_leave on the same thread: 1; 0 when it has
// to do without this time.
uint32_t host_wide_vectors_enter(void *adapter, uint32_t worker);
void host_wide_vectors_leave(void *adapter, uint32_t worker);

// The inner MTU for packets of `family` (4 or 6); 0 while it is unknown.
uint32_t host_mtu(void *adapter, uint8_t family);

// Opens and binds a socket of each family on `port` (host order, 0: any) and puts them in the place of the open ones.
// On failure the open ones stay. Answers an NTSTATUS; `bound_port` is the port they have.
uint32_t host_open_sockets(void *adapter, uint16_t port, uint16_t *bound_port);
void host_close_sockets(void *adapter);

// The link state is 1 (up) or 0.
void host_state_changed(void *adapter, uint32_t is_up);

// There are log lines: pended READ_LOG_LINE requests can be completed. The glue calls shell_read_log_line for them
// after the shell has let the lane go, on a thread of its own or before this call returns.
void host_log_ready(void *adapter);

// A line has been logged: `entry` is its 128 bytes, as READ_LOG_LINE gives them. For tracing; inside the lane.
void host_trace(void *adapter, const uint8_t *entry);
