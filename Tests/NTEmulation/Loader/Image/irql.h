// The gate in front of each function that a driver imports: whoever calls it at an IRQL that its documentation
// excludes, or on a stack that a kernel would not have, ends the process.
#pragma once

/// The address to call instead of `target`. NULL, with a message, when nobody wrote the function's IRQL down.
void *nt_irql_gate(const char *function, void *target);
