// Memory in which a mistake faults at once: a block ends before a page that nothing lies in, and its own pages are gone
// when it is given back; they are not used again before all others were. A few system calls a block.
#define _GNU_SOURCE
#include "guarded.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "platform.h"

#define PAGE 4096u
#define PAGES (4u << 20)
/// The longest block that is guarded.
#define LONGEST_BYTES (4u << 20)

enum state { UNUSED, LIVE, GONE };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t *arena;
/// Of each page: what it is, and of what kind its block is or was.
static uint8_t states[PAGES], kinds[PAGES];
static uint32_t next = 1;

static int reserve(void) {
  if (arena != NULL) return 1;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void *place = mmap(NULL, (size_t)PAGES * PAGE, PROT_NONE, flags, -1, 0);
  if (place != MAP_FAILED) __atomic_store_n(&arena, place, __ATOMIC_RELEASE);
  return place != MAP_FAILED;
}

// A run of pages with one before and one behind it that are not live.
static uint32_t find(uint32_t count) {
  for (uint32_t tries = 0, run = 0; tries < 2 * PAGES; tries++) {
    if (next + 1 >= PAGES) next = 1, run = 0;
    run = states[next++] == LIVE ? 0 : run + 1;
    if (run < count + 2) continue;
    // The last page of the run stays the guard, and may be the guard in front of the next block.
    return --next - count;
  }
  return 0;
}

static void mark(uint32_t first, uint32_t count, enum state state, uint32_t kind) {
  memset(states + first, state, count);
  memset(kinds + first, (int)kind, count);
}

PLATFORM_ABI void *platform_guarded_take(size_t length_bytes, uint32_t kind) {
  size_t room = (length_bytes + 15) & ~(size_t)15;
  uint32_t count = (uint32_t)((room + PAGE - 1) / PAGE);
  pthread_mutex_lock(&lock);
  uint32_t first = length_bytes != 0 && room <= LONGEST_BYTES && reserve() ? find(count) : 0;
  if (first != 0 && mprotect(arena + (size_t)first * PAGE, (size_t)count * PAGE, PROT_READ | PROT_WRITE) != 0)
    first = 0;
  if (first != 0) mark(first, count, LIVE, kind);
  pthread_mutex_unlock(&lock);
  return first == 0 ? NULL : arena + (size_t)(first + count) * PAGE - room;
}

static uint32_t page_of(const void *place) {
  const uint8_t *base = __atomic_load_n(&arena, __ATOMIC_ACQUIRE);
  size_t offset = (size_t)((const uint8_t *)place - base);
  return base == NULL || offset >= (size_t)PAGES * PAGE ? 0 : (uint32_t)(offset / PAGE);
}

PLATFORM_ABI uint32_t platform_guarded_state(const void *place) {
  uint32_t page = page_of(place);
  return page == 0 ? PLATFORM_GUARDED_NOT : states[page] == LIVE ? PLATFORM_GUARDED_LIVE : PLATFORM_GUARDED_GONE;
}

PLATFORM_ABI void platform_guarded_give_back(void *place, size_t length_bytes) {
  uint32_t first = page_of(place), count = page_of((uint8_t *)place + length_bytes - 1) - first + 1;
  if (first == 0 || states[first] != LIVE) abort();
  // Fresh pages: empty, and out of reach.
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  pthread_mutex_lock(&lock);
  mmap(arena + (size_t)first * PAGE, (size_t)count * PAGE, PROT_NONE, flags, -1, 0);
  mark(first, count, GONE, kinds[first]);
  pthread_mutex_unlock(&lock);
}

const char *guarded_rule(const void *address) {
  static const char *const after[] = {"pool-use-after-free", "irp-touched", "nbl-touched", "adapter-halted"};
  uint32_t page = page_of(address);
  if (page == 0) return NULL;
  if (states[page] == GONE && states[page - 1] != LIVE) return after[kinds[page]];
  if (states[page] != LIVE && states[page - 1] == LIVE) return "pool-overrun";
  return states[page + 1] == LIVE ? "pool-underrun" : NULL;
}
