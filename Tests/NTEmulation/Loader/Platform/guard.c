// Memory whose end is the end of a page that nothing lies behind, and that is gone once it is given back: whoever goes
// too far, or comes too late, faults. Costs a few system calls a block, so a test asks for it for a while.
#define _GNU_SOURCE
#include "guard.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096u
#define SLOTS 4096u
#define SLOT_BYTES (64u << 10)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t *region;
static uint8_t is_used[SLOTS];
/// Slots are used in turn: what was given back stays away for as long as can be.
static uint32_t next;
static int is_on;

void nt_memory_guard(int on) { __atomic_store_n(&is_on, on, __ATOMIC_RELAXED); }

static uint8_t *take_slot(void) {
  uint8_t *slot = NULL;
  pthread_mutex_lock(&lock);
  if (region == NULL) {
    void *place = mmap(NULL, (size_t)SLOTS * SLOT_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (place != MAP_FAILED) __atomic_store_n(&region, place, __ATOMIC_RELEASE);
  }
  for (uint32_t tries = 0; region != NULL && slot == NULL && tries < SLOTS; tries++) {
    uint32_t number = next++ % SLOTS;
    if (is_used[number]) continue;
    is_used[number] = 1;
    slot = region + (size_t)number * SLOT_BYTES;
  }
  pthread_mutex_unlock(&lock);
  return slot;
}

void *guard_take(size_t length_bytes) {
  // The pool promises 16 bytes of alignment: up to 15 bytes behind the end are not guarded.
  size_t room = (length_bytes + 15) & ~(size_t)15, pages = (room + PAGE - 1) / PAGE * PAGE;
  if (!__atomic_load_n(&is_on, __ATOMIC_RELAXED) || pages > SLOT_BYTES - PAGE) return NULL;
  uint8_t *slot = take_slot();
  if (slot == NULL) return NULL;
  uint8_t *end = slot + SLOT_BYTES - PAGE;
  if (mprotect(end - pages, pages, PROT_READ | PROT_WRITE) != 0) return NULL;
  return end - room;
}

int guard_give_back(void *place) {
  uint8_t *base = __atomic_load_n(&region, __ATOMIC_ACQUIRE);
  if (base == NULL || (size_t)((uint8_t *)place - base) >= (size_t)SLOTS * SLOT_BYTES) return 0;
  size_t number = (size_t)((uint8_t *)place - base) / SLOT_BYTES;
  // Fresh pages: empty, and out of reach.
  const int fresh = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  if (mmap(base + number * SLOT_BYTES, SLOT_BYTES, PROT_NONE, fresh, -1, 0) == MAP_FAILED) abort();
  pthread_mutex_lock(&lock);
  is_used[number] = 0;
  pthread_mutex_unlock(&lock);
  return 1;
}
