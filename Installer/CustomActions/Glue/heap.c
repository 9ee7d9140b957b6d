// What compiled Swift calls for memory, and for text in other scripts.
#include "glue.h"

int posix_memalign(void **place, size_t alignment, size_t length_bytes);
void free(void *place);
void arc4random_buf(void *place, size_t length_bytes);
DECLSPEC_NORETURN void swift_panic(void);

// The heap's blocks lie at multiples of 16 bytes, 8 on x86; Swift asks for no more here.
int posix_memalign(void **place, size_t alignment, size_t length_bytes) {
  if (alignment > 2 * sizeof(void *)) swift_panic();
  *place = HeapAlloc(GetProcessHeap(), 0, length_bytes);
  return *place != NULL ? 0 : 12;
}

void free(void *place) { HeapFree(GetProcessHeap(), 0, place); }

// Where hashing begins.
void arc4random_buf(void *place, size_t length_bytes) { random_fill(place, (ULONG)length_bytes); }

// Without tables of Unicode, every character is its own normal form: text is the same when its characters are.
uint16_t _swift_stdlib_getNormData(uint32_t scalar);
uint32_t _swift_stdlib_getComposition(uint32_t first, uint32_t second);
uint64_t _swift_stdlib_getDecompositionEntry(uint32_t scalar);
const uint8_t _swift_stdlib_nfd_decompositions[1];

uint16_t _swift_stdlib_getNormData(uint32_t scalar) { return (void)scalar, 0; }
uint32_t _swift_stdlib_getComposition(uint32_t first, uint32_t second) { return (void)first, (void)second, UINT32_MAX; }
uint64_t _swift_stdlib_getDecompositionEntry(uint32_t scalar) { return (void)scalar, 0; }
