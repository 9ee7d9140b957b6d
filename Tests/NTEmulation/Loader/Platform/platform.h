// What the emulated kernel needs of the machine below it: the loader binds these for images that import platform.sys.
// One header for both sides; the calls use Windows' convention, and only types of fixed width cross.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#define PLATFORM_CALL __declspec(dllimport)
#define PLATFORM_ABI
#else
#define PLATFORM_CALL
#define PLATFORM_ABI __attribute__((ms_abi))
#endif

/// Zeroed memory, aligned to 64; NULL when there is none.
PLATFORM_CALL void *PLATFORM_ABI platform_memory_take(size_t length_bytes);
PLATFORM_CALL void PLATFORM_ABI platform_memory_give_back(void *place);

/// Guarded memory: zeroed; it ends, but for an alignment to 16, before a page that cannot be touched, and is gone once
/// it is given back. The kind says what its use after that is called. NULL when there is none.
#define PLATFORM_GUARDED_POOL 0
#define PLATFORM_GUARDED_IRP 1
#define PLATFORM_GUARDED_PACKET 2
#define PLATFORM_GUARDED_ADAPTER 3
PLATFORM_CALL void *PLATFORM_ABI platform_guarded_take(size_t length_bytes, uint32_t kind);
PLATFORM_CALL void PLATFORM_ABI platform_guarded_give_back(void *place, size_t length_bytes);
/// Whether the place lies in guarded memory, and in a block that there is.
#define PLATFORM_GUARDED_NOT 0
#define PLATFORM_GUARDED_LIVE 1
#define PLATFORM_GUARDED_GONE 2
PLATFORM_CALL uint32_t PLATFORM_ABI platform_guarded_state(const void *place);

/// Memory of a process, which may be anything: 0 when it is not there, or not for writing.
PLATFORM_CALL uint32_t PLATFORM_ABI platform_user_copy(void *to, const void *from, size_t length_bytes);
PLATFORM_CALL uint32_t PLATFORM_ABI platform_user_probe(const void *place, size_t length_bytes, uint32_t writes);

/// One line of text to standard error.
PLATFORM_CALL void PLATFORM_ABI platform_log(const char *text);
/// Logs, names the images the stack runs through, and aborts the process.
PLATFORM_CALL void PLATFORM_ABI platform_fail(const char *text);

/// Sleeps while `*word` is `expected`, until a wake or the boot clock reads `deadline_ns` (UINT64_MAX: for ever).
/// Spurious returns happen. 0 after the deadline, else 1.
PLATFORM_CALL uint32_t PLATFORM_ABI platform_futex_wait(uint32_t *word, uint32_t expected, uint64_t deadline_ns);
PLATFORM_CALL void PLATFORM_ABI platform_futex_wake(uint32_t *word, uint32_t count);
PLATFORM_CALL void PLATFORM_ABI platform_yield(void);
/// A place at which another thread may get in between. Means something only when a seed decides who runs.
PLATFORM_CALL void PLATFORM_ABI platform_point(void);
/// The seed's choice below `limit`; without a seed 0.
PLATFORM_CALL uint32_t PLATFORM_ABI platform_choose(uint32_t limit);
/// What the calling thread is about to wait for, for a report of threads that wait for ever; NULL: nothing.
PLATFORM_CALL void PLATFORM_ABI platform_waits_for(const char *what, const void *object);

/// Starts a detached thread. 0 when there can be none.
PLATFORM_CALL uint32_t PLATFORM_ABI platform_thread_start(void (PLATFORM_ABI *entry)(void *), void *context);
/// The base of the GS segment of the calling thread: its processor control region. Zero: not attached.
PLATFORM_CALL void PLATFORM_ABI platform_thread_set_region(void *region);
/// The clock of the calling thread's own time, and what it reads; 0 when the thread has ended.
PLATFORM_CALL int64_t PLATFORM_ABI platform_thread_clock(void);
PLATFORM_CALL uint64_t PLATFORM_ABI platform_thread_time_ns(int64_t clock);
/// Ends the calling thread.
PLATFORM_CALL void PLATFORM_ABI platform_thread_end(void);

/// Called for each `mov cr8, r64`, on the thread that did it.
PLATFORM_CALL void PLATFORM_ABI platform_set_irql_hook(void (PLATFORM_ABI *hook)(uint8_t irql));

/// Nanoseconds since boot, suspend included.
PLATFORM_CALL uint64_t PLATFORM_ABI platform_boot_time_ns(void);
/// 100 ns units since 1601, UTC.
PLATFORM_CALL uint64_t PLATFORM_ABI platform_wall_time_100ns(void);

PLATFORM_CALL void PLATFORM_ABI platform_random(void *place, size_t length_bytes);

/// The end of a datagram's way. Addresses in network order, the port in host order.
struct platform_address {
  uint8_t family;  // 4 or 6
  uint8_t has_local;
  uint16_t port;
  uint32_t scope_id;
  uint8_t address[16];
  /// The address at this machine and the interface; count when `has_local` is 1.
  uint8_t local[16];
  uint32_t interface_index;
  /// The DS field; 0xffffffff: not known, or left to the socket.
  uint32_t traffic_class;
};

/// A UDP socket, or a negative errno. IPv6 sockets carry IPv6 only.
PLATFORM_CALL int32_t PLATFORM_ABI platform_udp_open(uint32_t family);
/// 0 or a negative errno; `address` takes what was bound.
PLATFORM_CALL int32_t PLATFORM_ABI platform_udp_bind(int32_t socket, struct platform_address *address);
/// 0 or a negative errno; `address` takes what is bound.
PLATFORM_CALL int32_t PLATFORM_ABI platform_udp_name(int32_t socket, struct platform_address *address);
/// Bytes sent or a negative errno.
PLATFORM_CALL int32_t PLATFORM_ABI platform_udp_send(
    int32_t socket, const struct platform_address *address, const void *bytes, uint32_t length_bytes);
/// Waits for a datagram: its length, or a negative errno; -ESHUTDOWN after platform_udp_stop.
PLATFORM_CALL int32_t PLATFORM_ABI platform_udp_receive(
    int32_t socket, struct platform_address *address, void *bytes, uint32_t capacity_bytes);
/// Ends the wait of the receiver; the socket stays open until platform_udp_close.
PLATFORM_CALL void PLATFORM_ABI platform_udp_stop(int32_t socket);
PLATFORM_CALL void PLATFORM_ABI platform_udp_close(int32_t socket);
