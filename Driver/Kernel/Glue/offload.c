// What the adapter offers to do for the protocol stack, in NDIS's words. PASSIVE_LEVEL.
#include "offload.h"

#include <nt/ndis_attributes.h>

#include "adapter.h"

/// Payload of a super-packet: with all headers it stays below 64 KB.
#define PAYLOAD_MAX (60u << 10)
#define SEGMENTS_MIN 2
/// The last segment may be shorter.
#define SHORT_LAST 0x40
/// Of IPv6 super-packets: extension headers, TCP options.
#define EXTENSION_HEADERS 0x1
#define TCP_OPTIONS 0x4
/// The first NDIS that has UDP segmentation in its structures: Windows 10 of 2020.
#define NDIS_WITH_USO (6u << 16 | 83u)

// The names of NT_CHECKSUM_OFFLOAD's bits: options of IP (or extension headers) and of TCP come with the rest.
static NT_CHECKSUM_OFFLOAD checksums(ULONG ip, ULONG tcp, ULONG udp) {
  NT_CHECKSUM_OFFLOAD offload = {0, 0};
  if ((ip | tcp | udp) == 0) return offload;
  offload.Encapsulation = NDIS_ENCAPSULATION_NULL;
  offload.Supported = 0x1u | (tcp ? 0x14u : 0) | (udp ? 0x40u : 0) | (ip ? 0x100u : 0);
  return offload;
}

static NT_SEGMENTATION_OFFLOAD segmentation(ULONG is_on, ULONG flags) {
  NT_SEGMENTATION_OFFLOAD offload = {0, 0, 0};
  if (is_on) offload = (NT_SEGMENTATION_OFFLOAD){NDIS_ENCAPSULATION_NULL, PAYLOAD_MAX, SEGMENTS_MIN | flags};
  return offload;
}

// Revision 6 only where it says something: it is younger than the NDIS that the driver registers for.
static void describe(NDIS_OFFLOAD *offload, ULONG bits, bool has_uso) {
  memset(offload, 0, sizeof(*offload));
  offload->Header = (NDIS_OBJECT_HEADER){
      NDIS_OBJECT_TYPE_OFFLOAD, has_uso ? 6 : 3, has_uso ? sizeof(*offload) : NDIS_SIZEOF_NDIS_OFFLOAD_REVISION_3};
  offload->IPv4Transmit = checksums(bits & NT_TX_IPV4, bits & NT_TX_TCP4, bits & NT_TX_UDP4);
  offload->IPv4Receive = checksums(bits & NT_RX_IPV4, bits & NT_RX_TCP4, bits & NT_RX_UDP4);
  offload->IPv6Transmit = checksums(0, bits & NT_TX_TCP6, bits & NT_TX_UDP6);
  offload->IPv6Receive = checksums(0, bits & NT_RX_TCP6, bits & NT_RX_UDP6);
  offload->LsoV2IPv4 = segmentation(bits & NT_LSO4, 0);
  offload->LsoV2IPv6 = segmentation(bits & NT_LSO6, 0);
  if (bits & NT_LSO6) offload->LsoV2IPv6Supported = EXTENSION_HEADERS | TCP_OPTIONS;
  offload->UsoIPv4 = segmentation(bits & NT_USO4, SHORT_LAST);
  offload->UsoIPv6 = segmentation(bits & NT_USO6, SHORT_LAST);
  if (bits & NT_USO6) offload->UsoIPv6Supported = EXTENSION_HEADERS;
}

static NDIS_STATUS set_attributes(struct nt_adapter *adapter, ULONG capable) {
  NDIS_OFFLOAD hardware, standard;
  describe(&hardware, capable, capable & NT_OFFLOADS_USO);
  describe(&standard, capable & adapter->settings.offloads, capable & NT_OFFLOADS_USO);
  NDIS_TCP_CONNECTION_OFFLOAD connection;
  memset(&connection, 0, sizeof(connection));
  connection.Header = (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_DEFAULT, 2, sizeof(connection)};
  NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.Header =
      (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES, 1, sizeof(attributes)};
  attributes.DefaultOffloadConfiguration = &standard;
  attributes.HardwareOffloadCapabilities = &hardware;
  attributes.DefaultTcpConnectionOffloadConfiguration = &connection;
  attributes.TcpConnectionOffloadHardwareCapabilities = &connection;
  NDIS_STATUS status = NdisMSetMiniportAttributes(adapter->miniport.handle, &attributes);
  if (status != NDIS_STATUS_SUCCESS) return status;
  struct nt_offload *offload = &adapter->offload;
  offload->capable = capable;
  offload->configured = capable & adapter->settings.offloads;
  offload->families = NT_OFFLOADS_ALL;
  InterlockedExchange(&offload->active, (LONG)offload->configured);
  return status;
}

NDIS_STATUS nt_offload_open(struct nt_adapter *adapter) {
  // A refusal costs the offer, not the adapter.
  if ((adapter->settings.offloads & NT_OFFLOADS_USO) != 0 && NdisGetVersion() >= NDIS_WITH_USO &&
      set_attributes(adapter, NT_OFFLOADS_ALL) == NDIS_STATUS_SUCCESS)
    return NDIS_STATUS_SUCCESS;
  return set_attributes(adapter, NT_OFFLOADS_ALL & ~NT_OFFLOADS_USO);
}

void nt_offload_change(struct nt_adapter *adapter, ULONG configured, ULONG families) {
  struct nt_offload *offload = &adapter->offload;
  offload->configured = configured;
  offload->families = families;
  InterlockedExchange(&offload->active, (LONG)(configured & families));
  NDIS_OFFLOAD current;
  describe(&current, configured & families, offload->capable & NT_OFFLOADS_USO);
  NDIS_STATUS_INDICATION indication;
  memset(&indication, 0, sizeof(indication));
  indication.Header = (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_STATUS_INDICATION, 1, sizeof(indication)};
  indication.SourceHandle = adapter->miniport.handle;
  indication.StatusCode = NDIS_STATUS_TASK_OFFLOAD_CURRENT_CONFIG;
  indication.StatusBuffer = &current;
  indication.StatusBufferSize = current.Header.Size;
  NdisMIndicateStatusEx(adapter->miniport.handle, &indication);
}
