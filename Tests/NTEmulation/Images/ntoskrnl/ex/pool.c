// Pool. Every block is listed with its tag, so that what a driver leaves behind is named; the bytes before and after it
// are known, so that a write past an end is found when the block is freed. Freed blocks are filled.
#include <emulation.h>

#define POOL_FLAG_UNINITIALIZED_ 0x2ull
#define POOL_FLAG_PAGED_ 0x100ull
#define GUARD_BYTES 16
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

static PVOID take(SIZE_T length, ULONG tag, BOOLEAN paged, BOOLEAN zeroed, void *caller) {
  if (emul_irql() > (paged ? APC_LEVEL : DISPATCH_LEVEL)) emul_fail("IRQL: pool allocated at %u", emul_irql());
  if (tag == 0) emul_fail("pool allocated without a tag");
  if (length == 0) emul_fail("pool: 0 bytes allocated, tag %.4s", (char *)&tag);
  if (emul_must_fail(caller)) return NULL;
  struct block *block = platform_memory_take(sizeof *block + length + GUARD_BYTES);
  if (block == NULL) return NULL;
  *block = (struct block){.length_bytes = length, .tag = tag, .paged = paged, .caller = (uint64_t)caller, .magic = MAGIC};
  uint8_t *place = (uint8_t *)(block + 1);
  if (!zeroed) memset(place, FRESH, length);
  memset(place + length, GUARD, GUARD_BYTES);
  emul_mutex_lock(&lock);
  InsertTailList(&blocks, &block->link);
  count++;
  bytes += length;
  emul_mutex_unlock(&lock);
  return place;
}

static void give_back(PVOID place, ULONG tag) {
  if (emul_irql() > DISPATCH_LEVEL) emul_fail("IRQL: pool freed at %u", emul_irql());
  struct block *block = (struct block *)place - 1;
  if (place == NULL || block->magic != MAGIC) emul_fail("pool: %p freed, which is no block, or freed before", place);
  if (tag != 0 && tag != block->tag) emul_fail("pool: block of tag %.4s freed as %.4s", (char *)&block->tag, (char *)&tag);
  const uint8_t *guard = (const uint8_t *)place + block->length_bytes;
  for (int i = 0; i < GUARD_BYTES; i++)
    if (guard[i] != GUARD) emul_fail("pool: byte %d after a block of %llu, tag %.4s, was written", i, block->length_bytes, (char *)&block->tag);
  if (block->paged) IRQL_AT_MOST(APC_LEVEL);
  emul_mutex_lock(&lock);
  RemoveEntryList(&block->link);
  count--;
  bytes -= block->length_bytes;
  emul_mutex_unlock(&lock);
  block->magic = ~MAGIC;
  memset(place, FREED, block->length_bytes);
  platform_memory_give_back(block);
}

PVOID NTAPI ExAllocatePool2(ULONG64 flags, SIZE_T length, ULONG tag) {
  return take(length, tag, (flags & POOL_FLAG_PAGED_) != 0, !(flags & POOL_FLAG_UNINITIALIZED_), __builtin_return_address(0));
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
    emul_log("left in pool: %llu bytes, tag %.4s, taken by %p", block->length_bytes, (char *)&block->tag, (void *)block->caller);
  }
  uint64_t left = count;
  emul_mutex_unlock(&lock);
  return left;
}

/// The blocks that are allocated.
uint64_t EmulPoolBlocks(void) { return count; }
