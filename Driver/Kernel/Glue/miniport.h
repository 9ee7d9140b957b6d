// What NDIS knows of an adapter.
#pragma once

#include <nt/ndis_buffers.h>

struct nt_adapter;
struct shell_frame;

struct nt_miniport {
  NDIS_HANDLE handle;
  ULONG64 luid;
  ULONG interface_index;
  /// The functional device object that requests are sent to.
  PDEVICE_OBJECT device;
  /// Packets on their way up lie in lists of this pool.
  NDIS_HANDLE pool;
  /// Held by sends, and by each packet that the stack has; run down while the adapter is paused.
  EX_RUNDOWN_REF sends, receives;
  /// 1 while the interface is up.
  volatile LONG is_up;
  /// Packets refused before the shell saw them.
  volatile LONG64 send_errors, send_discards, receive_discards;
};

/// Registers the driver's handlers with NDIS, and takes them back.
NDIS_STATUS nt_miniport_register(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path);
void nt_miniport_deregister(void);

/// Tells NDIS what the adapter is (attributes.c).
NDIS_STATUS nt_attributes_set(struct nt_adapter *adapter);
/// Bits per second, both ways.
#define NT_LINK_SPEED 100000000000ull
/// The greatest length NDIS is told: 2^31 - 16, less 80 for what the tunnel adds.
#define NT_MTU 0x7fffffa0u
#define NT_STATISTICS_MASK 0x3f87ffu
#define NT_AUTO_NEGOTIATED 0xfu

// The handlers that have files of their own: oid.c, send.c, deliver.c.
NDIS_STATUS NTAPI nt_oid_request(NDIS_HANDLE context, NDIS_OID_REQUEST *request);
VOID NTAPI nt_send(NDIS_HANDLE context, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG flags);
VOID NTAPI nt_return(NDIS_HANDLE context, NET_BUFFER_LIST *lists, ULONG flags);

/// The pool for packets on their way up.
NDIS_STATUS nt_deliver_open(struct nt_adapter *adapter);
void nt_deliver_close(struct nt_adapter *adapter);

