// IP Helper in the kernel (netio.sys): the interface's MTU and its changes.
#pragma once

#include <nt/sockaddr.h>
#include <stddef.h>

/// One IP interface of one family (MIB_IPINTERFACE_ROW), and what the driver reads and sets of it.
typedef struct _MIB_IPINTERFACE_ROW {
  USHORT Family;
  ULONG64 InterfaceLuid;
  ULONG InterfaceIndex;
  ULONG MaxReassemblySize;
  ULONG64 InterfaceIdentifier;
  UCHAR Settings[112];
  ULONG SitePrefixLength;
  ULONG Metric;
  ULONG NlMtu;
  BOOLEAN Connected;
  UCHAR Tail[11];
} MIB_IPINTERFACE_ROW;

_Static_assert(offsetof(MIB_IPINTERFACE_ROW, NlMtu) == 152, "NlMtu");
_Static_assert(sizeof(MIB_IPINTERFACE_ROW) == 168, "MIB_IPINTERFACE_ROW");

typedef enum {
  MibParameterNotification,
  MibAddInstance,
  MibDeleteInstance,
  MibInitialNotification
} MIB_NOTIFICATION_TYPE;

typedef VOID(NTAPI *PIPINTERFACE_CHANGE_CALLBACK)(
    PVOID context, MIB_IPINTERFACE_ROW *row, MIB_NOTIFICATION_TYPE type);

NTSTATUS NTAPI NotifyIpInterfaceChange(
    USHORT family, PIPINTERFACE_CHANGE_CALLBACK callback, PVOID context, BOOLEAN initial, HANDLE *notification);
NTSTATUS NTAPI CancelMibChangeNotify2(HANDLE notification);
NTSTATUS NTAPI GetIpInterfaceEntry(MIB_IPINTERFACE_ROW *row);
/// For IPv4 the row's SitePrefixLength must be 0.
NTSTATUS NTAPI SetIpInterfaceEntry(MIB_IPINTERFACE_ROW *row);
