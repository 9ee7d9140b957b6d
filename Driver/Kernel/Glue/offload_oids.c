// How the protocol stack, or an administrator, changes what is left to the driver. PASSIVE_LEVEL.
#include "offload.h"

#include <nt/ndis_offload.h>

#include "adapter.h"

// A setting of checksums: which of the two directions is on.
static bool set_checksum(UCHAR value, ULONG transmit, ULONG *bits) {
  ULONG receive = transmit << NT_RX_SHIFT;
  switch (value) {
    case 0: return true;
    case NDIS_OFFLOAD_PARAMETERS_TX_RX_DISABLED: *bits &= ~(transmit | receive); return true;
    case NDIS_OFFLOAD_PARAMETERS_TX_ENABLED_RX_DISABLED: *bits = (*bits & ~receive) | transmit; return true;
    case NDIS_OFFLOAD_PARAMETERS_RX_ENABLED_TX_DISABLED: *bits = (*bits & ~transmit) | receive; return true;
    case NDIS_OFFLOAD_PARAMETERS_TX_RX_ENABLED: *bits |= transmit | receive; return true;
    default: return false;
  }
}

static bool set_segmentation(UCHAR value, ULONG bit, ULONG *bits) {
  if (value > NDIS_OFFLOAD_PARAMETERS_ENABLED) return false;
  if (value == NDIS_OFFLOAD_PARAMETERS_DISABLED) *bits &= ~bit;
  if (value == NDIS_OFFLOAD_PARAMETERS_ENABLED) *bits |= bit;
  return true;
}

// Whether something that the adapter cannot do is switched on: 0 and 1 leave or switch off what is off anyway, except
// for encapsulated packets, where 1 is on.
static bool asks_for_more(const NDIS_OFFLOAD_PARAMETERS *wanted) {
  return wanted->LsoV1 > 1 || wanted->IPsecV1 > 1 || wanted->IPsecV2 > 1 || wanted->IPsecV2IPv4 > 1 ||
         wanted->TcpConnectionIPv4 > 1 || wanted->TcpConnectionIPv6 > 1 || wanted->RscIPv4 > 1 ||
         wanted->RscIPv6 > 1 || wanted->EncapsulatedPacketTaskOffload == NDIS_OFFLOAD_SET_ON;
}

NDIS_STATUS nt_offload_set_parameters(struct nt_adapter *adapter, NDIS_OID_REQUEST *request) {
  NDIS_OFFLOAD_PARAMETERS wanted;
  memset(&wanted, 0, sizeof(wanted));
  if (request->InformationBufferLength < NDIS_SIZEOF_OFFLOAD_PARAMETERS_REVISION_1) {
    request->BytesNeeded = NDIS_SIZEOF_OFFLOAD_PARAMETERS_REVISION_1;
    return NDIS_STATUS_INVALID_LENGTH;
  }
  // What a shorter revision does not have is left as it is; of a longer one the rest is not looked at.
  NDIS_OBJECT_HEADER header;
  memcpy(&header, request->InformationBuffer, sizeof(header));
  if (header.Type != NDIS_OBJECT_TYPE_DEFAULT || header.Revision == 0 ||
      header.Size < NDIS_SIZEOF_OFFLOAD_PARAMETERS_REVISION_1 || header.Size > request->InformationBufferLength)
    return NDIS_STATUS_INVALID_DATA;
  memcpy(&wanted, request->InformationBuffer, header.Size < sizeof(wanted) ? header.Size : sizeof(wanted));
  ULONG bits = adapter->offload.configured;
  if (!set_checksum(wanted.IPv4Checksum, NT_TX_IPV4, &bits) ||
      !set_checksum(wanted.TCPIPv4Checksum, NT_TX_TCP4, &bits) ||
      !set_checksum(wanted.UDPIPv4Checksum, NT_TX_UDP4, &bits) ||
      !set_checksum(wanted.TCPIPv6Checksum, NT_TX_TCP6, &bits) ||
      !set_checksum(wanted.UDPIPv6Checksum, NT_TX_UDP6, &bits) ||
      !set_segmentation(wanted.LsoV2IPv4, NT_LSO4, &bits) || !set_segmentation(wanted.LsoV2IPv6, NT_LSO6, &bits) ||
      !set_segmentation(wanted.UsoIPv4, NT_USO4, &bits) || !set_segmentation(wanted.UsoIPv6, NT_USO6, &bits))
    return NDIS_STATUS_INVALID_DATA;
  if ((bits & ~adapter->offload.capable) != 0 || asks_for_more(&wanted)) return NDIS_STATUS_NOT_SUPPORTED;
  request->BytesDone = header.Size;
  nt_offload_change(adapter, bits, adapter->offload.families);
  return NDIS_STATUS_SUCCESS;
}

// All of one family on or off; false for what cannot be.
static bool set_family(const NT_ENCAPSULATION *wanted, ULONG family, ULONG *families) {
  switch (wanted->Enabled) {
    case NDIS_OFFLOAD_SET_NO_CHANGE: return true;
    case NDIS_OFFLOAD_SET_OFF: *families &= ~family; return true;
    case NDIS_OFFLOAD_SET_ON: *families |= family; return wanted->EncapsulationType == NDIS_ENCAPSULATION_NULL;
    default: return false;
  }
}

NDIS_STATUS nt_offload_set_encapsulation(struct nt_adapter *adapter, NDIS_OID_REQUEST *request) {
  NDIS_OFFLOAD_ENCAPSULATION wanted;
  if (request->InformationBufferLength < sizeof(wanted)) {
    request->BytesNeeded = sizeof(wanted);
    return NDIS_STATUS_INVALID_LENGTH;
  }
  memcpy(&wanted, request->InformationBuffer, sizeof(wanted));
  ULONG families = adapter->offload.families;
  if (wanted.Header.Type != NDIS_OBJECT_TYPE_OFFLOAD_ENCAPSULATION || wanted.Header.Revision == 0 ||
      wanted.Header.Size < sizeof(wanted) || !set_family(&wanted.IPv4, NT_OFFLOADS_ALL & ~NT_OFFLOADS_V6, &families) ||
      !set_family(&wanted.IPv6, NT_OFFLOADS_V6, &families))
    return NDIS_STATUS_INVALID_PARAMETER;
  request->BytesDone = sizeof(wanted);
  nt_offload_change(adapter, adapter->offload.configured, families);
  return NDIS_STATUS_SUCCESS;
}
