// What NDIS is told of an adapter when it is made: an IP interface without hardware. PASSIVE_LEVEL.
#include <nt/ndis_attributes.h>

#include "adapter.h"

/// Packet types a protocol may ask for: directed, all multicast, broadcast, all local, all functional.
#define PACKET_FILTERS 0x208d
/// Copies lookahead, transfers do not pend, no loopback.
#define MAC_OPTIONS 0xd

static NDIS_OID supported[] = {
    0x00010111, 0x0001010a, 0x0001010b, 0x00010108, 0x00010109, 0x0001010c, 0x0001010d, 0x00010116, 0x00020101,
    0x00020102, 0x00020106, 0x00010209, 0x0001010e, 0x0001010f, 0x00010208, 0xfd010101, 0xfd010102,
    0x0101010a, 0xfc01020c,
};

static NDIS_STATUS set_registration(struct nt_adapter *adapter) {
  NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.Header = (NDIS_OBJECT_HEADER){
      NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES, 2,
      offsetof(NDIS_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES, InterfaceType) + sizeof(int)};
  attributes.MiniportAdapterContext = adapter;
  attributes.AttributeFlags =
      NDIS_MINIPORT_ATTRIBUTES_NO_HALT_ON_SUSPEND | NDIS_MINIPORT_ATTRIBUTES_SURPRISE_REMOVE_OK;
  attributes.InterfaceType = NdisInterfaceInternal;
  return NdisMSetMiniportAttributes(adapter->miniport.handle, &attributes);
}

static NDIS_STATUS set_general(struct nt_adapter *adapter) {
  NDIS_PM_CAPABILITIES power;
  memset(&power, 0, sizeof(power));
  power.Header = (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_DEFAULT, 2, sizeof(power)};
  NDIS_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES general;
  memset(&general, 0, sizeof(general));
  general.Header =
      (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES, 2, sizeof(general)};
  general.MediaType = NdisMediumIP;
  general.PhysicalMediumType = NdisPhysicalMediumUnspecified;
  general.MtuSize = general.LookaheadSize = NT_MTU;
  general.MaxXmitLinkSpeed = general.MaxRcvLinkSpeed = NT_LINK_SPEED;
  general.XmitLinkSpeed = general.RcvLinkSpeed = NT_LINK_SPEED;
  general.MediaConnectState = MediaConnectStateDisconnected;
  general.MediaDuplexState = MediaDuplexStateFull;
  general.MacOptions = MAC_OPTIONS;
  general.SupportedPacketFilters = PACKET_FILTERS;
  general.AccessType = NET_IF_ACCESS_BROADCAST;
  general.DirectionType = NET_IF_DIRECTION_SENDRECEIVE;
  general.ConnectionType = NET_IF_CONNECTION_DEDICATED;
  general.IfType = IF_TYPE_PROP_VIRTUAL;
  general.IfConnectorPresent = FALSE;
  general.SupportedStatistics = NT_STATISTICS_MASK;
  general.SupportedPauseFunctions = NdisPauseFunctionsUnsupported;
  general.SupportedOidList = supported;
  general.SupportedOidListLength = sizeof(supported);
  general.AutoNegotiationFlags = NT_AUTO_NEGOTIATED;
  general.PowerManagementCapabilitiesEx = &power;
  return NdisMSetMiniportAttributes(adapter->miniport.handle, &general);
}

NDIS_STATUS nt_attributes_set(struct nt_adapter *adapter) {
  NDIS_STATUS status = set_registration(adapter);
  if (status == NDIS_STATUS_SUCCESS) status = set_general(adapter);
  if (status == NDIS_STATUS_SUCCESS) status = nt_offload_open(adapter);
  return status;
}
