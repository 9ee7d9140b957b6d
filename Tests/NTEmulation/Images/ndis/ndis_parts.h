// What the parts of ndis.sys share.
#pragma once

#include <services.h>

#include <nt/ndis_attributes.h>
#include <nt/ndis_buffers.h>
#include <nt/ndis_offload.h>

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
  /// The device of the bus and the one below ours; NULL where there is no bus.
  PDEVICE_OBJECT physical, next;
  /// The link by which others find it, from the bus' device.
  UNICODE_STRING name;
  void *context;
  volatile enum emul_state state;
  NET_IF_MEDIA_CONNECT_STATE link;
  /// Attributes that were set: registration, general, offload.
  uint32_t attributes;
  /// What the miniport can do for the stack, what it does at present, and what it did before the last change.
  NDIS_OFFLOAD hardware, offload, offload_before;
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

// The parts of an adapter's life. Made, it is a device only; initialized, it is paused; halted, it is a device again.
struct emul_adapter *emul_adapter_make(uint64_t luid, int32_t *status);
int32_t emul_adapter_initialize(struct emul_adapter *adapter);
void emul_adapter_halt(struct emul_adapter *adapter);
void emul_adapter_unmake(struct emul_adapter *adapter);
int32_t EmulNdisRestart(struct emul_adapter *adapter);
int32_t EmulNdisPause(struct emul_adapter *adapter);
int32_t EmulNdisPnp(struct emul_adapter *adapter, uint32_t minor);
int32_t EmulNdisSend(struct emul_adapter *adapter, const uint8_t *bytes, uint32_t length, uint32_t raised);
void EmulNdisReceive(struct emul_adapter *adapter, emul_receiver receiver, void *context);
/// Lets a bus make adapters of a driver that has registered.
void emul_bus_attach(PDRIVER_OBJECT driver);

/// A packet as the stack passes it down: what it asks for, in the list's information.
struct emul_packet {
  const uint8_t *bytes;
  uint32_t length, raised;
  uint32_t checksums, lso, uso;
  /// The list has the packet so many times more.
  uint32_t again;
};
int32_t emul_send(struct emul_adapter *adapter, const struct emul_packet *packet);

// What the miniport said of offloads (offload.c), as NDIS sees it.
void emul_offload_attributes(struct emul_adapter *adapter, const NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES *attributes);
void emul_offload_indicated(struct emul_adapter *adapter, const NDIS_STATUS_INDICATION *indication);
/// Whether this NDIS takes such a structure; its version.
BOOLEAN emul_offload_takes(const NDIS_OFFLOAD *offload);
extern uint32_t emul_version;
/// Whether a packet may be indicated with this checksum information.
BOOLEAN emul_offload_received(const struct emul_adapter *adapter, BOOLEAN is_v6, ULONG_PTR information);

/// The status of a list that the miniport has not completed.
#define EMUL_STATUS_NOT_SET 0x12345

struct emul_outcome {
  NDIS_STATUS status;
  BOOLEAN is_complete;
};

/// A packet that the stack sends.
struct emul_sent {
  NET_BUFFER_LIST list;
  NET_BUFFER buffer;
  /// What was asked for as a large send.
  ULONG_PTR lso;
  /// Where to note the completion; NULL in measurements, which count only.
  struct emul_outcome *outcome;
};

/// A list that the driver allocated.
struct emul_list {
  NET_BUFFER_LIST list;
  NET_BUFFER buffer;
  /// While the stack has it.
  BOOLEAN is_indicated;
};

/// Puts what the miniport indicated into the adapter's keeping, or gives it back.
void emul_give_back(struct emul_adapter *adapter, NET_BUFFER_LIST *lists);
/// Pools and lists that there are.
extern volatile LONG emul_pools, emul_lists;
