// Packets to the protocol stack: indicated at PASSIVE_LEVEL, returned at up to DISPATCH_LEVEL. A frame stays with the
// stack until it is returned; the adapter does not pause before.
#include "adapter.h"

/// Pages that a packet of 65,535 bytes can touch.
#define PAGES_MAX 17

// What is kept in a frame's note while the stack has it.
struct indicated {
  MDL mdl;
  PFN_NUMBER pages[PAGES_MAX];
};

_Static_assert(sizeof(struct indicated) <= sizeof(((struct shell_frame *)0)->note), "a frame's note is too small");

NDIS_STATUS nt_deliver_open(struct nt_adapter *adapter) {
  NET_BUFFER_LIST_POOL_PARAMETERS parameters = {
      {NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(parameters)}, 0, TRUE, 0, NT_TAG, 0};
  adapter->miniport.pool = NdisAllocateNetBufferListPool(adapter->miniport.handle, &parameters);
  return adapter->miniport.pool == NULL ? NDIS_STATUS_RESOURCES : NDIS_STATUS_SUCCESS;
}

void nt_deliver_close(struct nt_adapter *adapter) {
  if (adapter->miniport.pool != NULL) NdisFreeNetBufferListPool(adapter->miniport.pool);
}

static NET_BUFFER_LIST *make_list(struct nt_adapter *adapter, struct shell_frame *frame) {
  struct indicated *indicated = (struct indicated *)frame->note;
  MmInitializeMdl(&indicated->mdl, frame->bytes + frame->offset, frame->length);
  MmBuildMdlForNonPagedPool(&indicated->mdl);
  NET_BUFFER_LIST *list = NdisAllocateNetBufferAndNetBufferList(
      adapter->miniport.pool, 0, 0, &indicated->mdl, 0, frame->length);
  if (list == NULL) return NULL;
  bool is_v6 = frame->family == 6;
  list->SourceHandle = adapter->miniport.handle;
  list->MiniportReserved[0] = frame;
  list->NblFlags |= is_v6 ? NDIS_NBL_FLAGS_IS_IPV6 : NDIS_NBL_FLAGS_IS_IPV4;
  // The Ethernet type, in network order.
  list->NetBufferListInfo[NetBufferListProtocolId] = (PVOID)(ULONG_PTR)__builtin_bswap16(is_v6 ? 0x86dd : 0x0800);
  list->NetBufferListInfo[TcpIpChecksumNetBufferListInfo] =
      (PVOID)(ULONG_PTR)nt_tasks_received(adapter, is_v6);
  return list;
}

static void discard(struct nt_adapter *adapter, struct shell_frame *frame) {
  InterlockedIncrement64(&adapter->miniport.receive_discards);
  host_frame_give_back(adapter, frame);
}

void host_deliver(void *context, struct shell_frame *chain) {
  struct nt_adapter *adapter = context;
  NET_BUFFER_LIST *first = NULL, **end = &first;
  ULONG count = 0;
  while (chain != NULL) {
    struct shell_frame *frame = chain;
    chain = frame->next;
    frame->next = NULL;
    // One reference for each packet: it lasts until the stack returns it.
    if (!ExAcquireRundownProtection(&adapter->miniport.receives)) {
      discard(adapter, frame);
      continue;
    }
    NET_BUFFER_LIST *list = make_list(adapter, frame);
    if (list == NULL) {
      discard(adapter, frame);
      ExReleaseRundownProtection(&adapter->miniport.receives);
      continue;
    }
    *end = list;
    end = &list->Next;
    count++;
  }
  if (count == 0) return;
  *end = NULL;
  NdisMIndicateReceiveNetBufferLists(adapter->miniport.handle, first, NDIS_DEFAULT_PORT_NUMBER, count, 0);
}

VOID NTAPI nt_return(NDIS_HANDLE context, NET_BUFFER_LIST *lists, ULONG flags) {
  UNREFERENCED_PARAMETER(flags);
  struct nt_adapter *adapter = context;
  while (lists != NULL) {
    NET_BUFFER_LIST *list = lists;
    lists = list->Next;
    struct shell_frame *frame = list->MiniportReserved[0];
    NdisFreeNetBufferList(list);
    host_frame_give_back(adapter, frame);
    ExReleaseRundownProtection(&adapter->miniport.receives);
  }
}
