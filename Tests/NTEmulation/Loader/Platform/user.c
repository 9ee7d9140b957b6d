// Memory of a process, which may not be there: whoever touches it here gets an answer instead of a fault. The handler
// of SIGSEGV sends a fault between the labels to the last one.
#include "user.h"

#include <stddef.h>
#include <stdint.h>

#include "platform.h"

#define PAGE 4096u

uint32_t user_copy(void *to, const void *from, size_t length_bytes);
uint32_t user_touch(const void *place, uint32_t writes);
extern const char user_end[];

// 1, or 0 from behind user_end. A touch that writes changes nothing, whoever else writes there.
__asm__(
    ".text\n"
    "user_copy:\n"
    "  movq %rdx, %rcx\n"
    "  rep movsb\n"
    "  movl $1, %eax\n"
    "  ret\n"
    "user_touch:\n"
    "  testl %esi, %esi\n"
    "  jz 1f\n"
    "  lock orb $0, (%rdi)\n"
    "1:\n"
    "  movb (%rdi), %al\n"
    "  movl $1, %eax\n"
    "  ret\n"
    "user_end:\n"
    "  xorl %eax, %eax\n"
    "  ret\n");

PLATFORM_ABI uint32_t platform_user_copy(void *to, const void *from, size_t length_bytes) {
  return user_copy(to, from, length_bytes);
}

PLATFORM_ABI uint32_t platform_user_probe(const void *place, size_t length_bytes, uint32_t writes) {
  uintptr_t first = (uintptr_t)place, last = first + length_bytes - 1;
  if (length_bytes == 0) return 1;
  if (last < first || !user_touch(place, writes)) return 0;
  for (uintptr_t page = (first | (PAGE - 1)) + 1; page <= last && page != 0; page += PAGE)
    if (!user_touch((const void *)page, writes)) return 0;
  return 1;
}

uintptr_t user_recovery(uintptr_t code) {
  return code >= (uintptr_t)user_copy && code < (uintptr_t)user_end ? (uintptr_t)user_end : 0;
}
