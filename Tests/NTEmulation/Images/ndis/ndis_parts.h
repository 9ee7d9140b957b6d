// What the parts of ndis.sys share.
#pragma once

#include <services.h>

#include <nt/ndis_attributes.h>
#include <nt/ndis_buffers.h>

/// The driver that registered; one at a time.
struct emul_miniport_driver {
  PDRIVER_OBJECT object;
  NDIS_MINIPORT_DRIVER_CHARACTERISTICS handlers;
  BOOLEAN is_registered;
};
extern struct emul_miniport_driver emul_driver_record;

enum emul_state { EMUL_INITIALIZING, EMUL_PAUSED, EMUL_RUNNING, EMUL_PAUSING, EMUL_HALTED };

/// Called with each packet that an adapter indicates, on the thread that does.
typedef void(__attribute__((ms_abi)) * emul_receiver)(void *context, const uint8_t *bytes, uint32_t length_bytes);

/// An adapter as NDIS sees it. Its address is the handle.
struct emul_adapter {
  ULONG64 luid;
  PDEVICE_OBJECT device;
  void *context;
  volatile enum emul_state state;
  NET_IF_MEDIA_CONNECT_STATE link;
  /// Attributes that were set: registration, general, offload.
  uint32_t attributes;
  /// Lists the stack has sent and the miniport has not completed; lists it has indicated and not got back.
  volatile LONG sent, indicated;
  /// Calls of the send handler that have not returned.
  volatile LONG sending;
  emul_receiver receiver;
  void *receiver_context;
  /// While set, indicated lists are kept.
  volatile BOOLEAN holds;
  NET_BUFFER_LIST *held;
  KSPIN_LOCK held_lock;
};

/// Puts what the miniport indicated into the adapter's keeping, or gives it back.
void emul_give_back(struct emul_adapter *adapter, NET_BUFFER_LIST *lists);
/// Pools and lists that there are.
extern volatile LONG emul_pools, emul_lists;
