// NDIS 6: packets. From Microsoft's published reference (nbl.h, ndis.h).
#pragma once

#include <nt/ndis.h>

typedef struct _NET_BUFFER {
  struct _NET_BUFFER *Next;
  PMDL CurrentMdl;
  ULONG CurrentMdlOffset;
  /// A ULONG beside an unused SIZE_T.
  union {
    ULONG DataLength;
    SIZE_T stDataLength;
  };
  PMDL MdlChain;
  ULONG DataOffset;
  /// What is before it has the alignment of a list's head.
  USHORT ChecksumBias __attribute__((aligned(8)));
  USHORT Reserved;
  NDIS_HANDLE NdisPoolHandle;
  PVOID NdisReserved[2] __attribute__((aligned(MEMORY_ALLOCATION_ALIGNMENT)));
  PVOID ProtocolReserved[6];
  PVOID MiniportReserved[4];
  PHYSICAL_ADDRESS DataPhysicalAddress;
  PVOID SharedMemoryInfo;
} NET_BUFFER;

/// The entries of NetBufferListInfo that the driver uses, and their number.
enum {
  TcpIpChecksumNetBufferListInfo = 0,
  TcpLargeSendNetBufferListInfo = 2,
  NetBufferListProtocolId = 7,
  /// Behind three entries that only 64-bit Windows has.
  UdpSegmentationOffloadInfo = sizeof(void *) == 8 ? 22 : 19,
  MaxNetBufferListInfo = 30
};

typedef struct _NET_BUFFER_LIST {
  struct _NET_BUFFER_LIST *Next;
  NET_BUFFER *FirstNetBuffer;
  PVOID Context;
  struct _NET_BUFFER_LIST *ParentNetBufferList;
  NDIS_HANDLE NdisPoolHandle;
  PVOID NdisReserved[2] __attribute__((aligned(MEMORY_ALLOCATION_ALIGNMENT)));
  PVOID ProtocolReserved[4];
  PVOID MiniportReserved[2];
  PVOID Scratch;
  NDIS_HANDLE SourceHandle;
  ULONG NblFlags;
  LONG ChildRefCount;
  ULONG Flags;
  NDIS_STATUS Status;
  PVOID NetBufferListInfo[MaxNetBufferListInfo];
} NET_BUFFER_LIST;

NT_LAYOUT(sizeof(NET_BUFFER), 0xb0, 0x60);
NT_LAYOUT(offsetof(NET_BUFFER, NdisReserved), 0x40, 0x20);
NT_LAYOUT(offsetof(NET_BUFFER_LIST, NetBufferListInfo), 0x90, 0x50);
NT_LAYOUT(sizeof(NET_BUFFER_LIST), 0x180, 0xc8);

#define NDIS_NBL_FLAGS_IS_IPV4 0x00000010
#define NDIS_NBL_FLAGS_IS_IPV6 0x00000020
// Of TcpIpChecksumNetBufferListInfo on receive: TCP, UDP and IP header checksums succeeded.
#define NT_TCP_SUCCEEDED 0x08u
#define NT_UDP_SUCCEEDED 0x10u
#define NT_IP_SUCCEEDED 0x20u
#define NT_CHECKSUMS_SUCCEEDED 0x38
#define NDIS_SEND_FLAGS_DISPATCH_LEVEL 0x00000001
#define NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL 0x00000001
#define NDIS_DEFAULT_PORT_NUMBER 0

typedef struct _NET_BUFFER_LIST_POOL_PARAMETERS {
  NDIS_OBJECT_HEADER Header;
  UCHAR ProtocolId;
  BOOLEAN fAllocateNetBuffer;
  USHORT ContextSize;
  ULONG PoolTag;
  ULONG DataSize;
} NET_BUFFER_LIST_POOL_PARAMETERS;

NT_LAYOUT(sizeof(NET_BUFFER_LIST_POOL_PARAMETERS), 0x10, 0x10);

NDIS_HANDLE NTAPI NdisAllocateNetBufferListPool(NDIS_HANDLE adapter, NET_BUFFER_LIST_POOL_PARAMETERS *parameters);
VOID NTAPI NdisFreeNetBufferListPool(NDIS_HANDLE pool);
NET_BUFFER_LIST *NTAPI NdisAllocateNetBufferAndNetBufferList(
    NDIS_HANDLE pool, USHORT context_size, USHORT context_backfill, PMDL mdl, ULONG data_offset, SIZE_T data_length);
VOID NTAPI NdisFreeNetBufferList(NET_BUFFER_LIST *list);
VOID NTAPI NdisMSendNetBufferListsComplete(NDIS_HANDLE adapter, NET_BUFFER_LIST *lists, ULONG flags);
VOID NTAPI NdisMIndicateReceiveNetBufferLists(
    NDIS_HANDLE adapter, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG count, ULONG flags);
