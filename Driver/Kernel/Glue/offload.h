// Work that the protocol stack may leave to the driver: which it may at present, and what a list asks for.
#pragma once

#include <nt/ndis_buffers.h>
#include <shell/frame.h>

struct nt_adapter;

// Each kind of work is a bit.
#define NT_TX_IPV4 0x0001u
#define NT_TX_TCP4 0x0002u
#define NT_TX_UDP4 0x0004u
#define NT_TX_TCP6 0x0008u
#define NT_TX_UDP6 0x0010u
/// The same of packets that are indicated.
#define NT_RX_SHIFT 5
#define NT_RX_IPV4 (NT_TX_IPV4 << NT_RX_SHIFT)
#define NT_RX_TCP4 (NT_TX_TCP4 << NT_RX_SHIFT)
#define NT_RX_UDP4 (NT_TX_UDP4 << NT_RX_SHIFT)
#define NT_RX_TCP6 (NT_TX_TCP6 << NT_RX_SHIFT)
#define NT_RX_UDP6 (NT_TX_UDP6 << NT_RX_SHIFT)
#define NT_LSO4 0x0400u
#define NT_LSO6 0x0800u
#define NT_USO4 0x1000u
#define NT_USO6 0x2000u

#define NT_OFFLOADS_USO (NT_USO4 | NT_USO6)
#define NT_OFFLOADS_V6 (NT_TX_TCP6 | NT_TX_UDP6 | NT_RX_TCP6 | NT_RX_UDP6 | NT_LSO6 | NT_USO6)
#define NT_OFFLOADS_ALL 0x3fffu
/// What is on where no setting says otherwise: what was opened is authentic, and needs no second look.
#define NT_OFFLOADS_DEFAULT (NT_RX_IPV4 | NT_RX_TCP4 | NT_RX_UDP4 | NT_RX_TCP6 | NT_RX_UDP6)

struct nt_offload {
  /// What NDIS has been told that the adapter can do.
  ULONG capable;
  /// What is configured, and of which families: changed by OIDs, which come one at a time.
  ULONG configured, families;
  /// What is on: read at up to DISPATCH_LEVEL.
  volatile LONG active;
};

/// Tells NDIS what the adapter can do and what is on (part of its attributes). PASSIVE_LEVEL.
NDIS_STATUS nt_offload_open(struct nt_adapter *adapter);
/// OID_TCP_OFFLOAD_PARAMETERS and OID_OFFLOAD_ENCAPSULATION (offload_oids.c). On failure nothing has changed.
NDIS_STATUS nt_offload_set_parameters(struct nt_adapter *adapter, NDIS_OID_REQUEST *request);
NDIS_STATUS nt_offload_set_encapsulation(struct nt_adapter *adapter, NDIS_OID_REQUEST *request);
/// Changes what is on and says so to NDIS.
void nt_offload_change(struct nt_adapter *adapter, ULONG configured, ULONG families);

/// What a list's information asks for (tasks.c); failure when it asks for what is not on, or cannot be meant. Up to
/// DISPATCH_LEVEL.
NDIS_STATUS nt_tasks_read(struct nt_adapter *adapter, const NET_BUFFER_LIST *list, struct shell_tasks *left);
/// Whether a packet is one that these tasks can be for, as far as one look tells; the shell looks closer.
bool nt_tasks_fit(const struct shell_tasks *left, const struct shell_frame *frame);
/// Writes into a list what the stack wants to read there when it has it back.
void nt_tasks_complete(NET_BUFFER_LIST *list);
/// The checksums of an indicated packet that count as looked at.
ULONG nt_tasks_received(struct nt_adapter *adapter, bool is_v6);
