// Requests of user mode to one adapter: one at a time, and readers of its log that wait.
#pragma once

#include <nt/kernel.h>

struct nt_adapter;

struct nt_requests {
  /// The adapter's place in the driver's list (device.c).
  LIST_ENTRY link;
  /// Held by whoever uses the adapter on behalf of an IRP.
  EX_RUNDOWN_REF users;
  /// Set while nobody asks the shell: one request at a time.
  KEVENT turn;
  /// 1 while the device is being removed: nothing begins any more.
  volatile LONG is_removing;
  /// Readers that wait for a log line (log_readers.c), oldest first.
  IO_CSQ readers;
  LIST_ENTRY reader_list;
  KSPIN_LOCK reader_lock;
  /// Held by each reader until it is completed.
  EX_RUNDOWN_REF waiting;
  /// Set while nobody hands lines to readers.
  KEVENT handing;
};

/// Makes what needs no undoing.
void nt_requests_init(struct nt_adapter *adapter);
/// Lets requests find the adapter.
void nt_requests_open(struct nt_adapter *adapter);
/// Hides the adapter, waits for requests under way and ends waiting readers.
void nt_requests_close(struct nt_adapter *adapter);
/// Wipes sessions, between two requests.
void nt_requests_quiesce(struct nt_adapter *adapter);
/// Asks the peers that had a session before nt_requests_quiesce for another.
void nt_requests_resume(struct nt_adapter *adapter);

/// One of the five requests, with a reference to the adapter held; the caller may. Completes the IRP or keeps it.
NTSTATUS nt_request(struct nt_adapter *adapter, PIRP irp);

void nt_log_readers_init(struct nt_adapter *adapter);
/// The bytes of a log line.
#define NT_LOG_ENTRY 128

/// READ_LOG_LINE: keeps the IRP until there is a line.
NTSTATUS nt_log_read(struct nt_adapter *adapter, PIRP irp);
/// Ends the waiting readers of `file`, or all when it is NULL.
void nt_log_readers_cancel(struct nt_adapter *adapter, PFILE_OBJECT file);
/// Ends all readers and waits until they have ended; nobody reads any more.
void nt_log_readers_close(struct nt_adapter *adapter);
