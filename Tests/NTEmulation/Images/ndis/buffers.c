// ndis.sys: pools and packets.
#include "ndis_parts.h"

volatile LONG emul_pools, emul_lists;

struct pool {
  NDIS_HANDLE adapter;
  volatile LONG lists;
};

NDIS_HANDLE NTAPI NdisAllocateNetBufferListPool(NDIS_HANDLE adapter, NET_BUFFER_LIST_POOL_PARAMETERS *parameters) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL);
  REQUIRE(parameters->Header.Type == NDIS_OBJECT_TYPE_DEFAULT && parameters->Header.Revision == 1);
  REQUIRE(parameters->Header.Size == 0x10 && parameters->fAllocateNetBuffer && parameters->PoolTag != 0);
  struct pool *pool = MUST_FAIL() ? NULL : platform_memory_take(sizeof *pool);
  if (pool == NULL) return NULL;
  pool->adapter = adapter;
  InterlockedIncrement(&emul_pools);
  return pool;
}

VOID NTAPI NdisFreeNetBufferListPool(NDIS_HANDLE handle) {
  struct pool *pool = handle;
  REQUIRE(EmulIrql() <= DISPATCH_LEVEL);
  REQUIRE_AS("nbl-left", pool->lists == 0);
  InterlockedDecrement(&emul_pools);
  platform_memory_give_back(pool);
}

NET_BUFFER_LIST *NTAPI NdisAllocateNetBufferAndNetBufferList(
    NDIS_HANDLE handle, USHORT context_size, USHORT context_backfill, PMDL mdl, ULONG data_offset, SIZE_T data_length) {
  struct pool *pool = handle;
  REQUIRE(EmulIrql() <= DISPATCH_LEVEL && context_size == 0 && context_backfill == 0 && mdl != NULL);
  struct emul_list *made = MUST_FAIL() ? NULL : EmulGuardedTake(sizeof *made, PLATFORM_GUARDED_PACKET);
  if (made == NULL) return NULL;
  made->buffer.CurrentMdl = made->buffer.MdlChain = mdl;
  made->buffer.CurrentMdlOffset = made->buffer.DataOffset = data_offset;
  made->buffer.DataLength = (ULONG)data_length;
  made->list.FirstNetBuffer = &made->buffer;
  made->list.NdisPoolHandle = pool;
  InterlockedIncrement(&pool->lists);
  InterlockedIncrement(&emul_lists);
  return &made->list;
}

VOID NTAPI NdisFreeNetBufferList(NET_BUFFER_LIST *list) {
  if (EmulGuardedIsGone(list)) EmulRequire(FALSE, "nbl-freed: twice");
  struct pool *pool = list->NdisPoolHandle;
  REQUIRE_AS("nbl-freed", !((struct emul_list *)list)->is_indicated);
  REQUIRE(EmulIrql() <= DISPATCH_LEVEL && pool != NULL);
  REQUIRE(InterlockedDecrement(&pool->lists) >= 0);
  InterlockedDecrement(&emul_lists);
  memset(list, 0xdd, sizeof(struct emul_list));
  EmulGuardedGiveBack(list, sizeof(struct emul_list));
}

/// Pools and packets that there are.
uint32_t EmulNdisCount(void) { return (uint32_t)emul_pools + (uint32_t)emul_lists; }

/// Names what a driver that is gone has left; answers how much.
uint32_t EmulNdisLeft(void) {
  if (emul_lists != 0) platform_log("FAIL nbl-left: lists that are not freed");
  if (emul_pools != 0 && emul_lists == 0) platform_log("FAIL nbl-pool-left: pools of lists that are not freed");
  return EmulNdisCount();
}
