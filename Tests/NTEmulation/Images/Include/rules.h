// The rules that a driver must keep, by the names that a failure carries: "nt: FAIL <name>: what happened". For each of
// them Samples has a driver that breaks it, and nt-verifier sees that just that rule fails.
#pragma once

#define EMUL_RULES(RULE)                                                                            \
  RULE("irql", "a function called at an IRQL that its documentation excludes")                      \
  RULE("stack-limit", "a function called with more stack in use than a kernel has")                 \
  RULE("irql-return", "a routine left at another IRQL than it was entered at")                      \
  RULE("wait-at-dispatch", "a wait above APC_LEVEL")                                                \
  RULE("wait-object", "a wait for what was not initialized")                                        \
  RULE("not-initialized", "a timer or DPC used before it was initialized")                          \
  RULE("alignment", "a list that is not aligned as the processor needs it")                         \
  RULE("bug-check", "a bug check of the driver's own")                                              \
  RULE("spin-lock-recursion", "a spin lock acquired by the thread that holds it")                   \
  RULE("spin-lock-release", "a spin lock released by who does not hold it")                         \
  RULE("spin-lock-held", "a spin lock held where none may be")                                      \
  RULE("mutex-recursion", "a fast mutex acquired by the thread that holds it")                      \
  RULE("mutex-release", "a mutex released by who does not hold it")                                 \
  RULE("mutex-held", "a mutex held at the end of a routine or a thread")                            \
  RULE("push-lock-release", "a push lock released by who does not hold it")                         \
  RULE("critical-region", "critical regions entered and left unequally")                            \
  RULE("vector-state", "vector state saved and restored unequally")                                 \
  RULE("vectors", "256-bit registers changed that were not saved")                                  \
  RULE("semaphore-limit", "a semaphore released beyond its limit")                                  \
  RULE("pool-argument", "pool without a tag or a length")                                           \
  RULE("pool-double-free", "pool freed twice")                                                      \
  RULE("pool-tag", "pool freed with another tag than it has")                                       \
  RULE("pool-overrun", "an access behind pool")                                                     \
  RULE("pool-underrun", "an access before pool")                                                    \
  RULE("pool-use-after-free", "an access to pool that was freed")                                   \
  RULE("pool-left", "pool that is allocated when the driver is gone")                               \
  RULE("timer-freed", "a timer that is set, in pool that is freed")                                 \
  RULE("dpc-freed", "a DPC that is queued, in pool that is freed")                                  \
  RULE("timer-left", "a timer that is set when the driver is gone")                                 \
  RULE("dpc-left", "a DPC that is queued when the driver is gone")                                  \
  RULE("work-item-left", "a work item that is queued or runs when the driver is gone")              \
  RULE("thread-left", "a thread that runs when the driver is gone")                                 \
  RULE("handle-left", "a handle that is open when the driver is gone")                              \
  RULE("reference-left", "an object that is referenced when the driver is gone")                    \
  RULE("provider-left", "a provider of events registered when the driver is gone")                  \
  RULE("trace-handle", "events of a provider that is not registered")                               \
  RULE("device-left", "a device that exists when the driver is gone")                               \
  RULE("device", "a device deleted or detached out of turn")                                        \
  RULE("exception", "an exception that nobody catches")                                             \
  RULE("handle-closed", "a handle closed that is none")                                             \
  RULE("object-references", "an object dereferenced more often than referenced")                    \
  RULE("rundown", "rundown protection released more often than acquired, or out of turn")           \
  RULE("mdl", "an MDL locked, mapped or freed out of turn")                                         \
  RULE("irp-twice", "an IRP completed twice")                                                       \
  RULE("irp-touched", "an IRP touched after it was completed")                                      \
  RULE("irp-pending", "STATUS_PENDING without IoMarkIrpPending, or the reverse")                    \
  RULE("irp-forgotten", "a dispatch routine that answers and has not completed")                    \
  RULE("irp-status", "an answer that is not what the IRP was completed with")                       \
  RULE("irp-information", "more bytes answered than fit")                                           \
  RULE("irp-cancel-routine", "an IRP completed with its cancel routine set")                        \
  RULE("irp-stack", "an IRP passed on beyond its stack")                                            \
  RULE("irp-type", "what is no IRP used as one")                                                    \
  RULE("irp-queue", "an IRP put into a cancel-safe queue by the wrong function")                    \
  RULE("irp-left", "an IRP that is pending when the driver is gone")                                \
  RULE("dpc-watchdog", "a processor held too long at DISPATCH_LEVEL")                               \
  RULE("nbl-freed", "a packet freed that the stack has, or twice")                                  \
  RULE("nbl-not-returned", "paused before every packet came back")                                  \
  RULE("nbl-indicated-twice", "a packet indicated that the stack has")                              \
  RULE("nbl-completed-twice", "a send completed twice")                                             \
  RULE("nbl-touched", "a packet touched after it was freed or completed")                           \
  RULE("nbl-not-completed", "a send that is not completed")                                         \
  RULE("nbl-left", "packets that are not freed when the driver is gone")                            \
  RULE("nbl-pool-left", "a pool of packets that is not freed when the driver is gone")              \
  RULE("nbl-paused", "a packet indicated while paused")                                             \
  RULE("adapter-halted", "an adapter's handle used after it was halted")                            \
  RULE("socket-left", "a socket that is open when its owner goes")                                  \
  RULE("wsk-left", "a registration with Winsock Kernel that is left")                               \
  RULE("notification-left", "a notification that is not cancelled")                                 \
  RULE("interface", "an argument that NDIS, Winsock Kernel or IP Helper excludes")
