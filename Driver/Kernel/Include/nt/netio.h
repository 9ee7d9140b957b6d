// IP Helper in the kernel (netio.sys): the interface's MTU, the system's routes, and their changes.
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

/// One route of one family.
typedef struct _MIB_IPFORWARD_ROW2 {
  ULONG64 InterfaceLuid;
  ULONG InterfaceIndex;
  struct {
    SOCKADDR_INET Prefix;
    UCHAR PrefixLength;
  } DestinationPrefix;
  SOCKADDR_INET NextHop;
  UCHAR SitePrefixLength;
  ULONG ValidLifetime;
  ULONG PreferredLifetime;
  ULONG Metric;
  LONG Protocol;
  BOOLEAN Loopback;
  BOOLEAN AutoconfigureAddress;
  BOOLEAN Publish;
  BOOLEAN Immortal;
  ULONG Age;
  LONG Origin;
} MIB_IPFORWARD_ROW2;

typedef struct _MIB_IPFORWARD_TABLE2 {
  ULONG NumEntries;
  MIB_IPFORWARD_ROW2 Table[];
} MIB_IPFORWARD_TABLE2;

_Static_assert(offsetof(MIB_IPFORWARD_ROW2, DestinationPrefix) == 12, "DestinationPrefix");
_Static_assert(offsetof(MIB_IPFORWARD_ROW2, NextHop) == 44, "NextHop");
_Static_assert(offsetof(MIB_IPFORWARD_ROW2, Metric) == 84, "Metric");
_Static_assert(sizeof(MIB_IPFORWARD_ROW2) == 104, "MIB_IPFORWARD_ROW2");
_Static_assert(offsetof(MIB_IPFORWARD_TABLE2, Table) == 8, "MIB_IPFORWARD_TABLE2");

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
typedef VOID(NTAPI *PIPFORWARD_CHANGE_CALLBACK)(PVOID context, MIB_IPFORWARD_ROW2 *row, MIB_NOTIFICATION_TYPE type);

NTSTATUS NTAPI NotifyRouteChange2(
    USHORT family, PIPFORWARD_CHANGE_CALLBACK callback, PVOID context, BOOLEAN initial, HANDLE *notification);
/// Waits for a callback that runs.
NTSTATUS NTAPI CancelMibChangeNotify2(HANDLE notification);
NTSTATUS NTAPI GetIpInterfaceEntry(MIB_IPINTERFACE_ROW *row);
/// For IPv4 the row's SitePrefixLength must be 0.
NTSTATUS NTAPI SetIpInterfaceEntry(MIB_IPINTERFACE_ROW *row);

/// The table is given back with FreeMibTable.
NTSTATUS NTAPI GetIpForwardTable2(USHORT family, MIB_IPFORWARD_TABLE2 **table);
VOID NTAPI FreeMibTable(PVOID table);
/// The best route, and the source address it uses, through one interface.
NTSTATUS NTAPI GetBestRoute2(
    ULONG64 *luid, ULONG interface_index, const SOCKADDR_INET *source, const SOCKADDR_INET *destination, ULONG options,
    MIB_IPFORWARD_ROW2 *best_route, SOCKADDR_INET *best_source);
