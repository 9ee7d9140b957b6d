// ndis.sys: the same packet many times, for measurements.
#include "ndis_parts.h"

#define LOT 64

/// Sends a packet `count` times at DISPATCH_LEVEL, at most 64 in one call of the driver.
void EmulNdisSendMany(struct emul_adapter *adapter, uint8_t *bytes, uint32_t length, uint32_t count) {
  static NET_BUFFER_LIST lists[LOT];
  static NET_BUFFER buffers[LOT];
  EmulOwn(1);
  PMDL mdl = IoAllocateMdl(bytes, length, FALSE, FALSE, NULL);
  EmulOwn(-1);
  REQUIRE(mdl != NULL);
  MmBuildMdlForNonPagedPool(mdl);
  while (count > 0) {
    uint32_t part = count < LOT ? count : LOT;
    for (uint32_t i = 0; i < part; i++) {
      buffers[i] = (NET_BUFFER){0};
      buffers[i].CurrentMdl = buffers[i].MdlChain = mdl;
      buffers[i].DataLength = length;
      lists[i].Next = i + 1 < part ? &lists[i + 1] : NULL;
      lists[i].FirstNetBuffer = &buffers[i];
      lists[i].SourceHandle = adapter;
      lists[i].Scratch = NULL;
      lists[i].Status = 0x12345;
    }
    InterlockedExchangeAdd(&adapter->sent, (LONG)part);
    EmulIrqlSet(DISPATCH_LEVEL);
    EmulVectorsMark();
    emul_driver_record.handlers.SendNetBufferListsHandler(
        adapter->context, lists, NDIS_DEFAULT_PORT_NUMBER, NDIS_SEND_FLAGS_DISPATCH_LEVEL);
    EmulIrqlSet(PASSIVE_LEVEL);
    EmulThreadCheck("a send");
    count -= part;
  }
  REQUIRE(adapter->sent == 0);
  IoFreeMdl(mdl);
}
