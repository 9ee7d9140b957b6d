// Interlocked operations that the system's headers lack: on x86 those of 64 bits, on ARM64 all. Full barriers.
#pragma once

#ifndef __x86_64__
static __inline LONG64 InterlockedIncrement64(LONG64 volatile *value) {
  return __atomic_add_fetch(value, 1, __ATOMIC_SEQ_CST);
}
static __inline LONG64 InterlockedExchangeAdd64(LONG64 volatile *value, LONG64 addend) {
  return __atomic_fetch_add(value, addend, __ATOMIC_SEQ_CST);
}
static __inline LONG64 InterlockedCompareExchange64(LONG64 volatile *value, LONG64 desired, LONG64 expected) {
  __atomic_compare_exchange_n(value, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return expected;
}
#endif

#ifdef __aarch64__
static __inline LONG InterlockedIncrement(LONG volatile *value) {
  return __atomic_add_fetch(value, 1, __ATOMIC_SEQ_CST);
}
static __inline LONG InterlockedExchange(LONG volatile *value, LONG desired) {
  return __atomic_exchange_n(value, desired, __ATOMIC_SEQ_CST);
}
#endif
