// The part of the contract's conformance list that is requests and answers, for two hosts: the Linux loader, where it
// is a scenario of nt-driver, and Wine, where it is a program of Windows. A host has `check` and `control`.
#pragma once

#ifdef _WIN32
// NTSTATUS values come from the records. The newer sockets must come before the older ones of windows.h.
#define WIN32_NO_STATUS
#include <winsock2.h>

#include <windows.h>

#include <winternl.h>
#undef interface
#else
typedef void *HANDLE;
#endif

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../Driver/records.h"
#include "../Wine/Ndis/codes.h"

#define INVALID_DEVICE_REQUEST ((int32_t)0xc0000010)
/// What Information holds before a request: none of the driver's answers. After an error that did not pend the I/O
/// manager leaves it, as Windows' does.
#define UNTOUCHED 0x5a5a5a

/// Says what must be so, and whether it is.
void check(bool holds, const char *what, const char *file, int line);
#define CHECK(condition, what) check((condition), what, __FILE_NAME__, __LINE__)

/// An answer of the I/O manager: the status, and what lpBytesReturned is made of.
struct answer {
  int32_t status;
  uint64_t information;
};

/// Sends a device control and waits for its answer.
struct answer control(
    HANDLE device, uint32_t code, const void *input, uint32_t input_length, void *output, uint32_t output_length);
#ifdef _WIN32
/// The error that DeviceIoControl leaves to a program, 0 when it succeeds.
uint32_t win32_error(
    HANDLE device, uint32_t code, const void *input, uint32_t input_length, void *output, uint32_t output_length);
#define CHECK_ERROR(error, what, ...) CHECK(win32_error(__VA_ARGS__) == (error), what)
#else
/// Only Wine has Win32's errors.
#define CHECK_ERROR(error, what, ...) ((void)0)
#endif
/// SET, whose records lie in the output buffer.
struct answer set(HANDLE device, const void *records, uint32_t length);
int32_t state(HANDLE device, uint32_t verb);
/// Whether the answer is this status with nothing in Information.
bool refused(struct answer answer, int32_t status);

/// A SET under construction.
struct request {
  uint32_t length;
  /// Where the present peer's record is.
  uint32_t peer;
  uint8_t bytes[8192] __attribute__((aligned(8)));
};
/// Begins with the interface's record, and returns it.
struct interface_record *request_begin(struct request *request);
/// Adds a peer whose public key is 32 times `key`.
struct peer_record *request_add_peer(struct request *request, uint8_t key, uint32_t flags);
/// Adds 10.0.0.`last`/`length` to the present peer, `flags` being those of the record.
struct allowed_record *request_add_allowed(struct request *request, uint8_t last, uint8_t length, uint32_t flags);
/// Sends it.
struct answer request_set(HANDLE device, const struct request *request);

/// What GET answers into `output`; an answer that is not whole is a failed check.
uint32_t get(HANDLE device, uint8_t *output, uint32_t room);
/// The number of peers, and the number of the one with 32 times `key`; NULL when there is none.
uint32_t peer_count(const uint8_t *configuration);
const struct peer_record *find_peer(const uint8_t *configuration, uint8_t key);
/// No identity, no port, no peers, down.
void reset(HANDLE device);

// The parts, one a file.
void test_get(HANDLE device);
void test_set(HANDLE device);
void test_peers(HANDLE device);
void test_state(HANDLE device);
