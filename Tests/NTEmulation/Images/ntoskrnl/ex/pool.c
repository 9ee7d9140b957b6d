// Pool. Every block is listed with its tag, so that what a driver leaves behind is named; the bytes before and after it
// are known, so that a write past an end is found when the block is freed, if it was not at once (special.c). Freed
// blocks are filled.
#include <emulation.h>

#define POOL_FLAG_UNINITIALIZED_ 0x2ull
#define POOL_FLAG_PAGED_ 0x100ull
#define GUARD 0xa5
#define FRESH 0xcd
#define FREED 0xdd

struct block {
  LIST_ENTRY link;
  uint64_t length_bytes;
  uint32_t tag, paged;
  uint64_t caller;
  uint64_t reserved[2];
  uint64_t magic;
};
_Static_assert(sizeof(struct block) == 64, "the block keeps the alignment of what follows");
#define MAGIC 0x6c6f6f7020746e21ull

static struct emul_mutex lock;
static LIST_ENTRY blocks = {&blocks, &blocks};
static uint64_t count, bytes;

// Up to the alignment there is room behind a block, and more where no guarded page follows.
static size_t guard_bytes(const struct block *block, size_t length) {
  size_t behind = platform_guarded_state(block) == PLATFORM_GUARDED_NOT ? EMUL_BEHIND_PLAIN : 0;
  return behind != 0 ? behind : -length & 15;
}

static PVOID take(SIZE_T length, ULONG tag, BOOLEAN paged, BOOLEAN zeroed, void *caller) {
  if (emul_irql() > (paged ? APC_LEVEL : DISPATCH_LEVEL)) emul_fail("irql: pool allocated at %u", emul_irql());
  if (tag == 0) emul_fail("pool-argument: pool allocated without a tag");
  if (length == 0) emul_fail("pool-argument: 0 bytes allocated, tag %.4s", (char *)&tag);
  if (emul_must_fail(caller)) return NULL;
  struct block *block = EmulGuardedTake(sizeof *block + length, PLATFORM_GUARDED_POOL);
  if (block == NULL) return NULL;
  *block =
      (struct block){.length_bytes = length, .tag = tag, .paged = paged, .caller = (uint64_t)caller, .magic = MAGIC};
  uint8_t *place = (uint8_t *)(block + 1);
  if (!zeroed) memset(place, FRESH, length);
  memset(place + length, GUARD, guard_bytes(block, length));
  emul_mutex_lock(&lock);
  InsertTailList(&blocks, &block->link);
  count++;
  bytes += length;
  emul_mutex_unlock(&lock);
  return place;
}

static void give_back(PVOID place, ULONG tag) {
  if (emul_irql() > DISPATCH_LEVEL) emul_fail("irql: pool freed at %u", emul_irql());
  struct block *block = (struct block *)place - 1;
  if (place == NULL || EmulGuardedIsGone(place)) emul_fail("pool-double-free: %p", place);
  if (block->magic == ~MAGIC) emul_fail("pool-double-free: %p", place);
  if (block->magic != MAGIC) emul_fail("pool-underrun: before %p, or no block", place);
  if (tag != 0 && tag != block->tag)
    emul_fail("pool-tag: block of tag %.4s freed as %.4s", (char *)&block->tag, (char *)&tag);
  const uint8_t *guard = (const uint8_t *)place + block->length_bytes;
  for (size_t i = 0; i < guard_bytes(block, block->length_bytes); i++)
    if (guard[i] != GUARD)
      emul_fail("pool-overrun: byte %llu after %llu, tag %.4s", i, block->length_bytes, (char *)&block->tag);
  emul_timers_check_freed(place, block->length_bytes);
  emul_dpcs_check_freed(place, block->length_bytes);
  if (block->paged) IRQL_AT_MOST(APC_LEVEL);
  emul_mutex_lock(&lock);
  RemoveEntryList(&block->link);
  count--;
  bytes -= block->length_bytes;
  emul_mutex_unlock(&lock);
  block->magic = ~MAGIC;
  memset(place, FREED, block->length_bytes);
  EmulGuardedGiveBack(block, sizeof *block + block->length_bytes);
}

PVOID NTAPI ExAllocatePool2(ULONG64 flags, SIZE_T length, ULONG tag) {
  return take(
      length, tag, (flags & POOL_FLAG_PAGED_) != 0, !(flags & POOL_FLAG_UNINITIALIZED_), __builtin_return_address(0));
}

PVOID NTAPI ExAllocatePoolWithTag(POOL_TYPE type, SIZE_T length, ULONG tag) {
  return take(length, tag, (type & 1) != 0, FALSE, __builtin_return_address(0));
}

#undef ExAllocatePool
PVOID NTAPI ExAllocatePool(POOL_TYPE type, SIZE_T length) {
  return take(length, 'enoN', (type & 1) != 0, FALSE, __builtin_return_address(0));
}

VOID NTAPI ExFreePoolWithTag(PVOID place, ULONG tag) { give_back(place, tag); }

#undef ExFreePool
VOID NTAPI ExFreePool(PVOID place) { give_back(place, 0); }

void emul_pool_count(uint64_t *allocations, uint64_t *total) {
  emul_mutex_lock(&lock);
  *allocations = count;
  *total = bytes;
  emul_mutex_unlock(&lock);
}

/// Names each block that is still allocated, with its tag and the code that took it; answers how many there are.
uint64_t EmulPoolReport(void) {
  emul_mutex_lock(&lock);
  for (LIST_ENTRY *link = blocks.Flink; link != &blocks; link = link->Flink) {
    struct block *block = CONTAINING_RECORD(link, struct block, link);
    emul_log(
        "FAIL pool-left: %llu bytes, tag %.4s, taken by %p", block->length_bytes, (char *)&block->tag,
        (void *)block->caller);
  }
  uint64_t left = count;
  emul_mutex_unlock(&lock);
  return left;
}

/// The blocks that are allocated.
uint64_t EmulPoolBlocks(void) { return count; }
