// Going on for a number of instructions and then leaving: between two points of the kernel a driver can be interrupted
// anywhere, too.
#pragma once

#include <stdint.h>

/// Once; `leave` is called on the strand's stack after the instructions that step_begin asked for. 0 on failure.
int step_start(void (*leave)(void));
/// Leaves after so many instructions of images' code, unless that code calls the machine below before.
void step_begin(uint32_t instructions);
void step_end(void);
