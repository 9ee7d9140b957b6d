// The C library's memory functions as the kernel exports them.
#include <stddef.h>
#include <stdint.h>

// `rep movsb` and `rep stosb`, so that the compiler cannot make calls of these functions in their own bodies.
void *memcpy(void *restrict to, const void *restrict from, size_t length) {
  void *place = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(length) : : "memory");
  return place;
}

void *memset(void *to, int value, size_t length) {
  void *place = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(length) : "a"(value) : "memory");
  return place;
}

void *memmove(void *to, const void *from, size_t length) {
  if ((uintptr_t)to - (uintptr_t)from >= length) return memcpy(to, from, length);
  volatile uint8_t *target = to;
  const volatile uint8_t *source = from;
  while (length-- > 0) target[length] = source[length];
  return to;
}

int memcmp(const void *left, const void *right, size_t length) {
  const volatile uint8_t *a = left, *b = right;
  for (; length > 0; length--, a++, b++)
    if (*a != *b) return *a < *b ? -1 : 1;
  return 0;
}

size_t strlen(const char *text) {
  const volatile char *end = text;
  while (*end != 0) end++;
  return (size_t)(end - text);
}

int strcmp(const char *left, const char *right) {
  const volatile char *a = left, *b = right;
  while (*a != 0 && *a == *b) a++, b++;
  return (uint8_t)*a - (uint8_t)*b;
}

size_t wcslen(const uint16_t *text) {
  const volatile uint16_t *end = text;
  while (*end != 0) end++;
  return (size_t)(end - text);
}

size_t RtlCompareMemory(const void *left, const void *right, size_t length) {
  const volatile uint8_t *a = left, *b = right;
  size_t same = 0;
  while (same < length && a[same] == b[same]) same++;
  return same;
}
