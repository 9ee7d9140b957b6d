// The cipher kernels for particular vector instructions. They are Swift of the core (Sources/CryptographySSSE3, …AVX2)
// that the shell must not see as modules: their code could be inlined where these instructions must not be used.
#pragma once

#include <stdint.h>

// As CipherKernel's `Seal` and `Open` say. Only on processors with SSSE3.
void cipher_ssse3_seal(const void *_Nonnull key, uint64_t counter, void *_Nonnull text, intptr_t count);
uint64_t cipher_ssse3_open(const void *_Nonnull key, uint64_t counter, void *_Nonnull text, intptr_t count);

// Only on processors with AVX2 and BMI2, and while the thread may use 256-bit vectors.
void cipher_avx2_seal(const void *_Nonnull key, uint64_t counter, void *_Nonnull text, intptr_t count);
uint64_t cipher_avx2_open(const void *_Nonnull key, uint64_t counter, void *_Nonnull text, intptr_t count);
