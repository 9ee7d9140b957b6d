// Division of 64-bit numbers, which 32-bit processors leave to the compiler's library.
#ifdef __i386__
#include <stdint.h>

// Bit by bit, as on paper: the compiler would make a division in here a call of this function. The divisor is not zero;
// Swift traps before that.
uint64_t __udivdi3(uint64_t dividend, uint64_t divisor) {
  if (divisor > dividend) return 0;
  int place = __builtin_clzll(divisor) - __builtin_clzll(dividend);
  uint64_t quotient = 0;
  for (divisor <<= place; place >= 0; place--, divisor >>= 1) {
    quotient <<= 1;
    if (divisor > dividend) continue;
    dividend -= divisor;
    quotient |= 1;
  }
  return quotient;
}

uint64_t __umoddi3(uint64_t dividend, uint64_t divisor) { return dividend - __udivdi3(dividend, divisor) * divisor; }
#endif
