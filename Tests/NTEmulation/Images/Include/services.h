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

/// Whether a test wants the call refused that the function is in; for functions that the driver calls themselves.
#define MUST_FAIL() EmulMustFail(__builtin_return_address(0))

/// Ends the process when a rule is broken, with the rule as it stands.
#define REQUIRE(rule) EmulRequire((rule) ? TRUE : FALSE, #rule)
