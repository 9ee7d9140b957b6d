// The kernel's own interface: the system's headers, and what is missing in them.
#pragma once

// Clang would make functions of these, one in each object; nobody calls them.
#ifndef __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#define __INTRINSIC_DEFINED_InterlockedBitTestAndSet
#endif
#ifndef __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#define __INTRINSIC_DEFINED_InterlockedBitTestAndReset
#endif
#ifndef __INTRINSIC_DEFINED___cpuidex
#define __INTRINSIC_DEFINED___cpuidex
#endif

// mingw's DDK knows no ARM64. What it has for ARM comes from armddk.h (ours), and of the processors with pointers of 64
// bits it takes those for which it need not know assembler.
#ifdef __aarch64__
#define _M_ARM
#define _IA64_
#include <ntddk.h>
#undef _M_ARM
#undef _IA64_
#else
#include <ntddk.h>
#endif
#include <stdbool.h>
#include <stdint.h>

#include <nt/interlocked.h>

// A macro of COM's headers.
#undef interface

/// What a size or an offset has to be where pointers have 64 bits, and where they have 32.
#define NT_LAYOUT(what, with_64, with_32) _Static_assert((what) == (sizeof(void *) == 8 ? (with_64) : (with_32)), #what)

NT_LAYOUT(sizeof(IRP), 0xd0, 0x70);
NT_LAYOUT(sizeof(IO_STACK_LOCATION), 0x48, 0x24);
NT_LAYOUT(sizeof(KEVENT), 0x18, 0x10);
NT_LAYOUT(sizeof(KTIMER), 0x40, 0x28);
NT_LAYOUT(sizeof(MDL), 0x30, 0x1c);
#ifdef __x86_64__
_Static_assert(sizeof(XSTATE_SAVE) == 0x38, "XSTATE_SAVE");
#endif

/// Every block of the driver's memory: "NdlT" in a dump.
#define NT_TAG 'TldN'

/// A lookaside list's memory cannot be executed; a mapping cannot (since Windows 8).
#define POOL_NX_ALLOCATION 512
#define MdlMappingNoExecute 0x40000000

/// The upper halves of the sixteen 256-bit registers, as a bit of XCR0.
#define XSTATE_MASK_AVX 4ull

/// Interrupt time, 100 ns units since boot, sleep included; since Windows 8.1.
NTKERNELAPI ULONG64 NTAPI KeQueryInterruptTimePrecise(PULONG64 performance_counter);
/// System time, 100 ns units since 1601; since Windows 8.
NTKERNELAPI void NTAPI KeQuerySystemTimePrecise(PLARGE_INTEGER system_time);

/// The kernel's random generator (cng.sys).
typedef void *BCRYPT_ALG_HANDLE;
#define BCRYPT_RNG_ALGORITHM L"RNG"
#define BCRYPT_PROV_DISPATCH 1
NTSTATUS NTAPI BCryptOpenAlgorithmProvider(
    BCRYPT_ALG_HANDLE *algorithm, const WCHAR *name, const WCHAR *implementation, ULONG flags);
NTSTATUS NTAPI BCryptCloseAlgorithmProvider(BCRYPT_ALG_HANDLE algorithm, ULONG flags);
NTSTATUS NTAPI BCryptGenRandom(BCRYPT_ALG_HANDLE algorithm, UCHAR *buffer, ULONG length_bytes, ULONG flags);
