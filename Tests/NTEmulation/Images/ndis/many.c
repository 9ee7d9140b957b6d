// ndis.sys: the same packet many times, for measurements.
#include "ndis_parts.h"

#define LOT 64

/// Sends a packet `count` times at DISPATCH_LEVEL, at most 64 in one call of the driver.
void EmulNdisSendMany(struct emul_adapter *adapter, uint8_t *bytes, uint32_t length, uint32_t count) {
  static struct emul_sent packets[LOT];
  EmulOwn(1);
  PMDL mdl = IoAllocateMdl(bytes, length, FALSE, FALSE, NULL);
  EmulOwn(-1);
  REQUIRE(mdl != NULL);
  MmBuildMdlForNonPagedPool(mdl);
  while (count > 0) {
    uint32_t part = count < LOT ? count : LOT;
    for (uint32_t i = 0; i < part; i++) {
      struct emul_sent *sent = &packets[i];
      sent->buffer = (NET_BUFFER){0};
      sent->buffer.CurrentMdl = sent->buffer.MdlChain = mdl;
      sent->buffer.DataLength = length;
      sent->list.Next = i + 1 < part ? &packets[i + 1].list : NULL;
      sent->list.FirstNetBuffer = &sent->buffer;
      sent->list.SourceHandle = adapter;
      sent->list.Scratch = NULL;
      sent->lso = 0;
      sent->list.Status = EMUL_STATUS_NOT_SET;
    }
    InterlockedExchangeAdd(&adapter->sent, (LONG)part);
    EmulIrqlSet(DISPATCH_LEVEL);
    EmulVectorsMark();
    emul_driver_record.handlers.SendNetBufferListsHandler(
        adapter->context, &packets[0].list, NDIS_DEFAULT_PORT_NUMBER, NDIS_SEND_FLAGS_DISPATCH_LEVEL);
    EmulIrqlSet(PASSIVE_LEVEL);
    EmulThreadCheck("a send");
    count -= part;
  }
  REQUIRE(adapter->sent == 0);
  IoFreeMdl(mdl);
}
