// The caller's memory. A buffer ends at a page that cannot be touched, so that a driver which reads or writes behind it
// faults; the bytes before it are known. A second thread changes buffers while the driver reads them.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>

#include "fuzz.h"

#define PAGE 4096u
#define BEFORE 64u
#define KNOWN 0x5a

static uint8_t *arenas[2];

static uint8_t *arena(uint32_t which) {
  if (arenas[which] != NULL) return arenas[which];
  uint8_t *place = mmap(NULL, ARENA_BYTES + 2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (place == MAP_FAILED || mprotect(place + PAGE, ARENA_BYTES, PROT_READ | PROT_WRITE) != 0) abort();
  return arenas[which] = place + PAGE;
}

uint8_t *buffer_place(uint32_t which, uint32_t length) {
  uint8_t *place = arena(which) + ARENA_BYTES - length;
  uint32_t before = ARENA_BYTES - length < BEFORE ? ARENA_BYTES - length : BEFORE;
  memset(place - before, KNOWN, before);
  return place;
}

bool buffer_is_confined(uint32_t which, uint32_t length) {
  const uint8_t *place = arena(which) + ARENA_BYTES - length;
  uint32_t before = ARENA_BYTES - length < BEFORE ? ARENA_BYTES - length : BEFORE;
  for (uint32_t i = 1; i <= before; i++)
    if (place[-(int32_t)i] != KNOWN) return false;
  return true;
}

// What the second thread works on; a number that is odd while it may.
static struct {
  volatile uint8_t *bytes;
  uint32_t length;
} target;
static uint32_t turn, writing, changes;

// Offsets of what a SET is judged by: counts, flags, families, lengths of prefixes; the first peers are enough.
static uint32_t field(struct dice *dice, uint32_t length) {
  static const uint32_t fields[] = {0, 72, 80, 84, 80 + 128, 216 + 16, 216 + 18, 216 + 20, 240 + 16, 240 + 18};
  uint32_t offset = once_in(dice, 4) ? roll(dice, length) : fields[roll(dice, sizeof fields / sizeof fields[0])];
  // The flags of the interface stay too: they say whether the key counts.
  if (offset < 38) offset = 72;
  return offset < length ? offset : length - 1;
}

static void *scribble(void *unused) {
  (void)unused;
  struct dice dice = {1};
  for (uint32_t idle = 0;;) {
    uint32_t now = __atomic_load_n(&turn, __ATOMIC_ACQUIRE);
    if (!(now & 1)) {
      __builtin_ia32_pause();
      if (++idle > 500) {
        struct timespec pause = {0, 200000};
        nanosleep(&pause, NULL);
      }
      continue;
    }
    idle = 0;
    __atomic_store_n(&writing, 1, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&turn, __ATOMIC_SEQ_CST) == now) {
      uint32_t offset = field(&dice, target.length);
      uint32_t wide = offset + 4 <= target.length ? 4 : 1;
      // There and back, so that what was checked is something else when it is used.
      uint8_t old[4], other[4];
      roll_bytes(&dice, other, sizeof other);
      if (once_in(&dice, 2)) memcpy(other, (uint8_t[]){0xab, 0xaa, 0xaa, 0x0a}, 4);
      for (uint32_t i = 0; i < wide; i++) old[i] = target.bytes[offset + i];
      for (uint32_t i = 0; i < wide; i++) target.bytes[offset + i] = other[i];
      __atomic_fetch_add(&changes, 1, __ATOMIC_RELAXED);
      for (uint32_t wait = roll(&dice, 200); wait > 0; wait--) __builtin_ia32_pause();
      if (!once_in(&dice, 4))
        for (uint32_t i = 0; i < wide; i++) target.bytes[offset + i] = old[i];
    }
    __atomic_store_n(&writing, 0, __ATOMIC_RELEASE);
  }
  return NULL;
}

void scribble_start(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, scribble, NULL) != 0) abort();
}

void scribble_begin(uint8_t *bytes, uint32_t length) {
  target.bytes = bytes;
  target.length = length;
  __atomic_store_n(&changes, 0, __ATOMIC_RELAXED);
  __atomic_fetch_add(&turn, 1, __ATOMIC_SEQ_CST);
  // The call begins when the other thread is at work, if it has a processor.
  for (uint32_t tries = 0; tries < 1000 && __atomic_load_n(&changes, __ATOMIC_RELAXED) == 0; tries++)
    if (tries % 250 == 249) sched_yield(); else __builtin_ia32_pause();
  __atomic_store_n(&changes, 0, __ATOMIC_RELAXED);
}

bool scribble_end(void) {
  __atomic_fetch_add(&turn, 1, __ATOMIC_SEQ_CST);
  while (__atomic_load_n(&writing, __ATOMIC_SEQ_CST)) sched_yield();
  return __atomic_load_n(&changes, __ATOMIC_RELAXED) > 0;
}
