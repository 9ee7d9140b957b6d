// NDIS 6.50: what a miniport says of an adapter. From Microsoft's published reference (ndis.h, ntddndis.h).
#pragma once

#include <nt/ndis.h>
#include <nt/ndis_offload.h>

#define NDIS_MINIPORT_ATTRIBUTES_SURPRISE_REMOVE_OK 0x00000004
#define NDIS_MINIPORT_ATTRIBUTES_NO_HALT_ON_SUSPEND 0x00000020
#define NdisInterfaceInternal 0

typedef struct _NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES {
  NDIS_OBJECT_HEADER Header;
  NDIS_HANDLE MiniportAdapterContext;
  ULONG AttributeFlags;
  ULONG CheckForHangTimeInSeconds;
  int InterfaceType;
} NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES;

#define NdisMediumIP 19
#define NdisPhysicalMediumUnspecified 0
#define NET_IF_ACCESS_BROADCAST 2
#define NET_IF_DIRECTION_SENDRECEIVE 0
#define NET_IF_CONNECTION_DEDICATED 1
#define IF_TYPE_PROP_VIRTUAL 53

typedef struct _NDIS_PM_CAPABILITIES {
  NDIS_OBJECT_HEADER Header;
  ULONG Flags;
  ULONG SupportedWoLPacketPatterns, NumTotalWoLPatterns, MaxWoLPatternSize, MaxWoLPatternOffset,
      MaxWoLPacketSaveBuffer;
  ULONG SupportedProtocolOffloads, NumArpOffloadIPv4Addresses, NumNSOffloadIPv6Addresses;
  /// 0: unspecified.
  int MinMagicPacketWakeUp, MinPatternWakeUp, MinLinkChangeWakeUp;
  ULONG SupportedWakeUpEvents;
  ULONG MediaSpecificWakeUpEvents;
} NDIS_PM_CAPABILITIES;

typedef struct _NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES {
  NDIS_OBJECT_HEADER Header;
  ULONG Flags;
  int MediaType;
  int PhysicalMediumType;
  ULONG MtuSize;
  ULONG64 MaxXmitLinkSpeed, MaxRcvLinkSpeed, XmitLinkSpeed, RcvLinkSpeed;
  NET_IF_MEDIA_CONNECT_STATE MediaConnectState;
  int MediaDuplexState;
  ULONG LookaheadSize;
  PVOID PowerManagementCapabilities;
  ULONG MacOptions;
  ULONG SupportedPacketFilters;
  ULONG MaxMulticastListSize;
  USHORT MacAddressLength;
  UCHAR PermanentMacAddress[32], CurrentMacAddress[32];
  PVOID RecvScaleCapabilities;
  int AccessType, DirectionType, ConnectionType;
  USHORT IfType;
  BOOLEAN IfConnectorPresent;
  ULONG SupportedStatistics;
  int SupportedPauseFunctions;
  ULONG DataBackFillSize, ContextBackFillSize;
  NDIS_OID *SupportedOidList;
  ULONG SupportedOidListLength;
  ULONG AutoNegotiationFlags;
  /// Revision 2, NDIS 6.20.
  NDIS_PM_CAPABILITIES *PowerManagementCapabilitiesEx;
} NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES;

typedef struct _NDIS_TCP_CONNECTION_OFFLOAD {
  NDIS_OBJECT_HEADER Header;
  ULONG Encapsulation;
  ULONG Supported;
  ULONG TcpConnectionOffloadCapacity;
  ULONG Flags;
} NDIS_TCP_CONNECTION_OFFLOAD;

typedef struct _NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES {
  NDIS_OBJECT_HEADER Header;
  NDIS_OFFLOAD *DefaultOffloadConfiguration;
  NDIS_OFFLOAD *HardwareOffloadCapabilities;
  NDIS_TCP_CONNECTION_OFFLOAD *DefaultTcpConnectionOffloadConfiguration;
  NDIS_TCP_CONNECTION_OFFLOAD *TcpConnectionOffloadHardwareCapabilities;
} NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES;

NT_LAYOUT(sizeof(NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES), 0x20, 0x14);
NT_LAYOUT(sizeof(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES), 0xe0, 0xd0);
NT_LAYOUT(offsetof(NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, RecvScaleCapabilities), 0xa0, 0x98);
NT_LAYOUT(sizeof(NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES), 0x28, 0x14);

NDIS_STATUS NTAPI NdisMSetMiniportAttributes(NDIS_HANDLE adapter, PVOID attributes);
