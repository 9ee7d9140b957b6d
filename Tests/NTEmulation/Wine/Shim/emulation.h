// For sources of our ntoskrnl.exe that platform.sys has under Wine: what they need of the rest of it. IRQL is not kept.
#pragma once

#include <ntifs.h>
#include <stdint.h>

#include "../../Loader/Platform/platform.h"

// Threads are Wine's, and no seed decides who runs.
#define platform_point() ((void)0)
#define platform_waits_for(what, object) ((void)0)
#define IRQL_AT_MOST(level) ((void)0)
/// The text as it stands, without its numbers.
#define emul_fail(format, ...) platform_fail(format)
