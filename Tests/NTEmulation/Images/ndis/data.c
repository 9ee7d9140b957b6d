// ndis.sys: packets down to the miniport and up from it.
#include "ndis_parts.h"

static uint8_t *address_of(const NET_BUFFER *buffer) {
  return (uint8_t *)MmGetSystemAddressForMdlSafe(buffer->CurrentMdl, NormalPagePriority) + buffer->CurrentMdlOffset;
}

// As the stack does: at DISPATCH_LEVEL when `raised`, in two MDLs, behind bytes that are not its own.
int32_t emul_send(struct emul_adapter *adapter, const struct emul_packet *packet) {
  enum { LEAD = 6 };
  const uint8_t *bytes = packet->bytes;
  uint32_t length = packet->length;
  BOOLEAN raised = packet->raised != 0;
  uint8_t *copy = platform_memory_take(LEAD + length + 1);
  REQUIRE(copy != NULL);
  memcpy(copy + LEAD, bytes, length);
  uint32_t border = LEAD + length / 2;
  EmulOwn(1);
  PMDL first = IoAllocateMdl(copy, border, FALSE, FALSE, NULL);
  PMDL second = IoAllocateMdl(copy + border, LEAD + length - border + 1, FALSE, FALSE, NULL);
  EmulOwn(-1);
  REQUIRE(first != NULL && second != NULL);
  MmBuildMdlForNonPagedPool(first);
  // Locked, but not mapped: whoever reads it maps it.
  MmProbeAndLockPages(second, KernelMode, IoReadAccess);
  first->Next = second;
  struct emul_outcome outcome = {0, FALSE};
  struct emul_sent *sent = EmulGuardedTake(sizeof *sent, PLATFORM_GUARDED_PACKET);
  REQUIRE(sent != NULL);
  sent->buffer.CurrentMdl = sent->buffer.MdlChain = first;
  sent->buffer.CurrentMdlOffset = sent->buffer.DataOffset = LEAD;
  sent->buffer.DataLength = length;
  sent->list.FirstNetBuffer = &sent->buffer;
  sent->list.SourceHandle = adapter;
  sent->list.Status = EMUL_STATUS_NOT_SET;
  sent->list.NetBufferListInfo[TcpIpChecksumNetBufferListInfo] = (PVOID)(ULONG_PTR)packet->checksums;
  sent->list.NetBufferListInfo[TcpLargeSendNetBufferListInfo] = (PVOID)(ULONG_PTR)packet->lso;
  sent->list.NetBufferListInfo[UdpSegmentationOffloadInfo] = (PVOID)(ULONG_PTR)packet->uso;
  sent->lso = packet->lso;
  NET_BUFFER others[2];
  REQUIRE(packet->again <= 2);
  for (uint32_t i = 0; i < packet->again; i++) {
    others[i] = sent->buffer;
    others[i].Next = NULL;
    (i == 0 ? &sent->buffer : &others[i - 1])->Next = &others[i];
  }
  sent->outcome = &outcome;
  InterlockedIncrement(&adapter->sending);
  InterlockedIncrement(&adapter->sent);
  if (raised) EmulIrqlSet(DISPATCH_LEVEL);
  EmulVectorsMark();
  emul_driver_record.handlers.SendNetBufferListsHandler(
      adapter->context, &sent->list, NDIS_DEFAULT_PORT_NUMBER, raised ? NDIS_SEND_FLAGS_DISPATCH_LEVEL : 0);
  REQUIRE(EmulIrql() == (raised ? DISPATCH_LEVEL : PASSIVE_LEVEL));
  if (raised) EmulIrqlSet(PASSIVE_LEVEL);
  EmulThreadCheck("a send");
  InterlockedDecrement(&adapter->sending);
  // This miniport completes before it returns; nothing of the packet may be looked at afterwards.
  REQUIRE_AS("nbl-not-completed", outcome.is_complete);
  EmulGuardedGiveBack(sent, sizeof *sent);
  memset(copy, 0xdd, LEAD + length);
  MmUnlockPages(second);
  IoFreeMdl(second);
  IoFreeMdl(first);
  platform_memory_give_back(copy);
  return outcome.status;
}

/// Sends a packet that asks for nothing. Answers the list's status.
int32_t EmulNdisSend(struct emul_adapter *adapter, const uint8_t *bytes, uint32_t length, uint32_t raised) {
  struct emul_packet packet = {.bytes = bytes, .length = length, .raised = raised};
  return emul_send(adapter, &packet);
}

/// Sends a packet, at DISPATCH_LEVEL, with what the list's information asks for.
int32_t EmulNdisSendAsking(
    struct emul_adapter *adapter, const uint8_t *bytes, uint32_t length, uint32_t checksums, uint32_t lso,
    uint32_t uso, uint32_t again) {
  struct emul_packet packet = {bytes, length, TRUE, checksums, lso, uso, again};
  return emul_send(adapter, &packet);
}

VOID NTAPI NdisMSendNetBufferListsComplete(NDIS_HANDLE handle, NET_BUFFER_LIST *lists, ULONG flags) {
  struct emul_adapter *adapter = handle;
  REQUIRE_AS("adapter-halted", !EmulGuardedIsGone(adapter));
  REQUIRE(EmulIrql() <= DISPATCH_LEVEL);
  REQUIRE((flags & NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL) == 0 || EmulIrql() == DISPATCH_LEVEL);
  for (NET_BUFFER_LIST *list = lists; list != NULL;) {
    if (EmulGuardedIsGone(list)) EmulRequire(FALSE, "nbl-completed-twice: a list of a send");
    struct emul_sent *sent = (struct emul_sent *)list;
    REQUIRE(list->SourceHandle == adapter && list->Status != EMUL_STATUS_NOT_SET);
    struct emul_outcome *outcome = sent->outcome;
    REQUIRE_AS("nbl-completed-twice", outcome == NULL || !outcome->is_complete);
    REQUIRE(InterlockedDecrement(&adapter->sent) >= 0);
    // Of a large send's information the version is left.
    REQUIRE((ULONG_PTR)list->NetBufferListInfo[TcpLargeSendNetBufferListInfo] == (sent->lso & NT_LSO_V2));
    list = list->Next;
    if (outcome == NULL) continue;
    *outcome = (struct emul_outcome){sent->list.Status, TRUE};
    EmulGuardedRevoke(sent, sizeof *sent);
  }
}

void emul_give_back(struct emul_adapter *adapter, NET_BUFFER_LIST *lists) {
  for (NET_BUFFER_LIST *list = lists; list != NULL; list = list->Next) {
    REQUIRE(InterlockedDecrement(&adapter->indicated) >= 0);
    ((struct emul_list *)list)->is_indicated = FALSE;
  }
  KIRQL irql = EmulIrql();
  EmulIrqlSet(DISPATCH_LEVEL);
  emul_driver_record.handlers.ReturnNetBufferListsHandler(adapter->context, lists, 1);
  EmulIrqlSet(irql);
}

static volatile LONG indications;

/// Calls that indicated packets since this was last asked.
uint32_t EmulNdisIndications(void) { return (uint32_t)InterlockedExchange(&indications, 0); }

VOID NTAPI NdisMIndicateReceiveNetBufferLists(
    NDIS_HANDLE handle, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG count, ULONG flags) {
  struct emul_adapter *adapter = handle;
  REQUIRE_AS("adapter-halted", !EmulGuardedIsGone(adapter));
  REQUIRE(EmulIrql() <= DISPATCH_LEVEL && port == NDIS_DEFAULT_PORT_NUMBER && flags == 0);
  // While it pauses, a miniport may still indicate what it had begun with.
  REQUIRE_AS("nbl-paused", adapter->state == EMUL_RUNNING || adapter->state == EMUL_PAUSING);
  InterlockedIncrement(&indications);
  ULONG counted = 0;
  NET_BUFFER_LIST *last = NULL;
  for (NET_BUFFER_LIST *list = lists; list != NULL; list = list->Next) {
    counted++;
    last = list;
    uint8_t *bytes = address_of(list->FirstNetBuffer);
    uint32_t length = list->FirstNetBuffer->DataLength;
    REQUIRE(list->SourceHandle == adapter && list->ParentNetBufferList == NULL && length >= 20);
    BOOLEAN is_v6 = bytes[0] >> 4 == 6;
    REQUIRE(list->NblFlags == (ULONG)(is_v6 ? NDIS_NBL_FLAGS_IS_IPV6 : NDIS_NBL_FLAGS_IS_IPV4));
    REQUIRE(list->NetBufferListInfo[NetBufferListProtocolId] == (PVOID)(ULONG_PTR)(is_v6 ? 0xdd86 : 0x0008));
    REQUIRE(emul_offload_received(
        adapter, is_v6, (ULONG_PTR)list->NetBufferListInfo[TcpIpChecksumNetBufferListInfo]));
    REQUIRE_AS("nbl-indicated-twice", !((struct emul_list *)list)->is_indicated);
    ((struct emul_list *)list)->is_indicated = TRUE;
    InterlockedIncrement(&adapter->indicated);
    if (adapter->receiver == NULL) continue;
    EmulVectorsForget();
    adapter->receiver(adapter->receiver_context, bytes, length);
    EmulVectorsMark();
  }
  REQUIRE(counted == count && count > 0);
  KIRQL irql;
  // Asked under the lock: whoever ends the holding would miss what is added after it has looked.
  KeAcquireSpinLock(&adapter->held_lock, &irql);
  BOOLEAN holds = adapter->holds;
  if (holds) {
    last->Next = adapter->held;
    adapter->held = lists;
  }
  KeReleaseSpinLock(&adapter->held_lock, irql);
  if (!holds) emul_give_back(adapter, lists);
}

/// Who gets the packets that the adapter indicates.
void EmulNdisReceive(struct emul_adapter *adapter, emul_receiver receiver, void *context) {
  adapter->receiver_context = context;
  adapter->receiver = receiver;
}

/// Keeps indicated packets from now on (1), or gives all back (0).
void EmulNdisHold(struct emul_adapter *adapter, uint32_t holds) {
  KIRQL irql;
  KeAcquireSpinLock(&adapter->held_lock, &irql);
  adapter->holds = holds != 0;
  NET_BUFFER_LIST *lists = holds ? NULL : adapter->held;
  if (!holds) adapter->held = NULL;
  KeReleaseSpinLock(&adapter->held_lock, irql);
  if (lists != NULL) emul_give_back(adapter, lists);
}
