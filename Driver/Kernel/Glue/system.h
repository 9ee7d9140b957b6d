// What all adapters share of the system: the random generator.
#pragma once

#include <nt/kernel.h>

NTSTATUS nt_random_open(void);
void nt_random_close(void);
