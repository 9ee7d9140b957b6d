// The rules that a driver must keep, by the names that a failure carries: "nt: FAIL <name>: what happened". For each of
// them Samples has a driver that breaks it, and nt-verifier sees that just that rule fails.
#pragma once

#define EMUL_RULES(RULE)                                                              \
  RULE("irql", "a function called at an IRQL that its documentation excludes")        \
  RULE("spin-lock-recursion", "a spin lock acquired by a thread that holds it")       \
  RULE("pool-left", "pool that is still allocated when the driver is unloaded")
