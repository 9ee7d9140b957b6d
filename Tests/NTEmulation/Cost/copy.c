// In the place of the SSSE3 kernel: copies the packet instead, once through, and finds every tag right. What a driver
// costs with this is all but the cipher. Its datagrams open under the same driver only.
#include <shell/ciphers.h>
#include <stddef.h>

static void pass(uint8_t *text, intptr_t count) {
  uint8_t scratch[512];
  while (count > 0) {
    intptr_t part = count < (intptr_t)sizeof scratch ? count : (intptr_t)sizeof scratch;
    __builtin_memcpy(scratch, text, (size_t)part);
    // The optimiser must not see that nothing changes.
    __asm__ volatile("" : : "r"(scratch) : "memory");
    __builtin_memcpy(text, scratch, (size_t)part);
    text += part;
    count -= part;
  }
}

void cipher_ssse3_seal(const void *key, uint64_t counter, void *text, intptr_t count) {
  (void)key, (void)counter;
  pass(text, count);
}

uint64_t cipher_ssse3_open(const void *key, uint64_t counter, void *text, intptr_t count) {
  (void)key, (void)counter;
  pass(text, count);
  return 0;
}
