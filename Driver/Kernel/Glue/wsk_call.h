// Waiting for a WSK request.
#pragma once

#include <nt/wsk.h>

struct nt_wsk_call {
  PIRP irp;
  KEVENT done;
};

/// Makes an IRP that sets an event; false when there is no memory.
bool nt_wsk_call_open(struct nt_wsk_call *call);
/// Waits for a request that was made with `call->irp` and returned `status`; frees the IRP. PASSIVE_LEVEL. Returns how
/// the request ended; `information` may be NULL.
NTSTATUS nt_wsk_call_end(struct nt_wsk_call *call, NTSTATUS status, ULONG_PTR *information);
