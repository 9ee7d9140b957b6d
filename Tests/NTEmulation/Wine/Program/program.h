// What the parts of the program share: checks, adapters, and requests through NtDeviceIoControlFile.
#pragma once

#include "../../Conformance/conformance.h"

#define NO_MORE_ENTRIES ((int32_t)0x8000001a)
#define CANCELLED ((int32_t)0xc0000120)
#define PENDING 0x103
extern int failures, checks;

/// Makes `count` adapters, ROOT\\NAME\\0000 and so on, and installs the driver for them by its INF. False when any of
/// it fails.
bool adapters_install(const wchar_t *name, int count);
/// Opens an adapter by the interface that NDIS registered for it; `is_overlapped` for requests that wait.
HANDLE adapter_open(int number, bool is_overlapped);
/// Adapters that can be found.
int adapters_count(void);
/// Has plug and play remove an adapter.
bool adapter_remove(int number);
/// Stops the driver's service; false when it has not stopped in time.
bool driver_stop(void);

/// A READ_LOG_LINE under way.
struct reader {
  IO_STATUS_BLOCK block;
  HANDLE done;
  NTSTATUS status;
  uint8_t line[128];
};

void reader_begin(struct reader *reader, HANDLE device);
/// Whether it ends in time, with this status and as many bytes.
bool reader_ends(struct reader *reader, int32_t status, uint64_t information);
bool reader_waits(const struct reader *reader);
/// CancelIoEx for this reader.
bool reader_cancel(HANDLE device, struct reader *reader);
/// Reads what there is; how many lines that was, the last one being in `line`.
int log_drain(HANDLE device, uint8_t line[128]);

// The parts, one a file.
void test_ports(HANDLE device);
void test_log(HANDLE device);
void test_text(HANDLE device);
void test_removal(void);
void test_traffic(void);
