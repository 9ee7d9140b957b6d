// What compiled Swift needs of a heap and a C library, beside ntdll's. A block that is given back is overwritten: it
// may have held keys. A refusal ends the process, as Swift has it.
#include "host.h"

#include <errno.h>

int posix_memalign(void **place, size_t alignment, size_t length_bytes);
void free(void *place);
void arc4random_buf(void *place, size_t length_bytes);
double ceil(double value);

struct block {
  void *base;
  size_t length_bytes;
};

int posix_memalign(void **place, size_t alignment, size_t length_bytes) {
  if (length_bytes > (size_t)-1 - alignment - sizeof(struct block)) return ENOMEM;
  BYTE *base = HeapAlloc(GetProcessHeap(), 0, length_bytes + alignment + sizeof(struct block));
  if (base == NULL) return ENOMEM;
  uintptr_t start = ((uintptr_t)base + sizeof(struct block) + alignment - 1) & ~(uintptr_t)(alignment - 1);
  ((struct block *)start)[-1] = (struct block){base, length_bytes};
  *place = (void *)start;
  return 0;
}

void free(void *place) {
  if (place == NULL) return;
  struct block block = ((struct block *)place)[-1];
  SecureZeroMemory(place, block.length_bytes);
  HeapFree(GetProcessHeap(), 0, block.base);
}

void arc4random_buf(void *place, size_t length_bytes) { random_fill(place, (ULONG)length_bytes); }

int memcmp(const void *left, const void *right, size_t length_bytes) {
  const uint8_t *a = left, *b = right;
  for (size_t i = 0; i < length_bytes; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

// Of the capacities of sets, which are below 2^53.
double ceil(double value) {
  double whole = (double)(long long)value;
  return whole < value ? whole + 1 : whole;
}

void program_give_back(uint8_t *bytes, uint64_t length) { memory_wipe_back(bytes, (size_t)length); }

uint32_t program_random(void) {
  uint32_t number;
  random_fill(&number, sizeof number);
  return number;
}

uint64_t program_now(void) {
  FILETIME time;
  GetSystemTimeAsFileTime(&time);
  return ((uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime) / 10000000 - 11644473600;
}
