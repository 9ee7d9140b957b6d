// What the parts of the program share: checks, adapters, and requests through NtDeviceIoControlFile.
#pragma once

#define WIN32_NO_STATUS
#include <windows.h>

#include <winternl.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "../../Driver/records.h"
#include "../Ndis/codes.h"

#define NO_MORE_ENTRIES ((int32_t)0x8000001a)
#define INVALID_DEVICE_REQUEST ((int32_t)0xc0000010)
#define CANCELLED ((int32_t)0xc0000120)
#define PENDING 0x103
/// What Information holds before a request: none of the driver's answers.
#define UNTOUCHED 0x5a5a5a

extern int failures, checks;

/// One line: PASS or FAIL, and what must be so.
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
/// SET, whose records lie in the output buffer.
struct answer set(HANDLE device, const void *records, uint32_t length);
int32_t state(HANDLE device, uint32_t verb);
/// Whether the answer is this status with nothing in Information.
bool refused(struct answer answer, int32_t status);

/// Installs the driver by its INF for `count` new adapters. False when any of it fails.
bool adapters_install(const wchar_t *inf, int count);
/// Opens an adapter by the interface that NDIS registered for it; `is_overlapped` for requests that wait.
HANDLE adapter_open(int number, bool is_overlapped);
/// Adapters that can be found.
int adapters_count(void);
/// Has plug and play remove an adapter.
bool adapter_remove(int number);

// The parts, one a file.
void test_get(HANDLE device);
void test_set(HANDLE device);
void test_state(HANDLE device);
void test_log(HANDLE device);
