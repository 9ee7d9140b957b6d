// What all adapters share of the system: the random generator, event tracing, and what compiled Swift needs.
#pragma once

#include <nt/kernel.h>

NTSTATUS nt_random_open(void);
void nt_random_close(void);

/// Chooses the stack guard of compiled Swift; after nt_random_open, before anything of the shell (runtime.c).
void nt_runtime_open(void);

/// Event tracing (trace.c): from the end of nt_trace_open to the beginning of nt_trace_close.
void nt_trace_open(void);
void nt_trace_close(void);

/// The version of the driver, as NDIS and the vendor's OID say it.
#define NT_DRIVER_MAJOR 0
#define NT_DRIVER_MINOR 1

/// The end of the driver (entry.c).
VOID NTAPI nt_unload(PDRIVER_OBJECT driver);
