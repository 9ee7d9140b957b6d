// What ntoskrnl.exe offers the other emulated images (ntoskrnl/edge/services.c), and what these share.
#pragma once

#include <ntifs.h>
#include <stdint.h>

#include "../../Loader/Platform/platform.h"

__declspec(dllimport) void EmulThreadStart(PKSTART_ROUTINE routine, void *context);
__declspec(dllimport) KIRQL EmulIrql(void);
__declspec(dllimport) void EmulIrqlSet(KIRQL irql);
__declspec(dllimport) void EmulRequire(BOOLEAN holds, const char *rule);
__declspec(dllimport) BOOLEAN EmulMustFail(void *caller);
__declspec(dllimport) void EmulOwn(int32_t change);
__declspec(dllimport) void EmulVectorsMark(void);
__declspec(dllimport) void EmulVectorsForget(void);
__declspec(dllimport) void EmulThreadCheck(const char *after);

/// Memory for a driver, guarded while special pool is on. Revoked, it faults when it is touched, and must still be
/// given back; kinds are in platform.h.
__declspec(dllimport) void *EmulGuardedTake(size_t length_bytes, uint32_t kind);
__declspec(dllimport) void EmulGuardedRevoke(void *place, size_t length_bytes);
__declspec(dllimport) void EmulGuardedGiveBack(void *place, size_t length_bytes);
/// Whether the place was guarded memory and has been revoked or given back.
__declspec(dllimport) BOOLEAN EmulGuardedIsGone(const void *place);

/// Whether a test wants the call refused that the function is in; for functions that the driver calls themselves.
#define MUST_FAIL() EmulMustFail(__builtin_return_address(0))

/// Ends the process when a rule is broken, with its text as it stands.
#define REQUIRE(condition) REQUIRE_AS("interface", condition)
/// The same under a rule's name (rules.h).
#define REQUIRE_AS(rule, condition) EmulRequire((condition) ? TRUE : FALSE, rule ": " #condition)
