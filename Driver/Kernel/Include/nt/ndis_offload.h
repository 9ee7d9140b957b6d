// NDIS 6: work that the protocol stack leaves to a miniport: what it offers, how that is set, and what a list asks for.
// From Microsoft's published reference (ntddndis.h, nblchecksum.h, nbllso.h, nbluso.h).
#pragma once

#include <nt/ndis.h>

#define NDIS_OBJECT_TYPE_OFFLOAD_ENCAPSULATION 0xa8
#define NDIS_STATUS_TASK_OFFLOAD_CURRENT_CONFIG ((NDIS_STATUS)0x40020006)
#define OID_OFFLOAD_ENCAPSULATION 0x0101010a
#define OID_TCP_OFFLOAD_PARAMETERS 0xfc01020c

#define NDIS_ENCAPSULATION_NULL 1

/// Each two-bit field of `Supported` is 0 for "not supported" and 1 for "supported".
typedef struct _NT_CHECKSUM_OFFLOAD {
  ULONG Encapsulation;
  /// IPv4: options, TCP options, TCP, UDP, IP, two bits each from the lowest. IPv6: extension headers, TCP options,
  /// TCP, UDP.
  ULONG Supported;
} NT_CHECKSUM_OFFLOAD;

/// Large send offload version 2, and UDP segmentation offload, of one family.
typedef struct _NT_SEGMENTATION_OFFLOAD {
  ULONG Encapsulation;
  /// Bytes of payload.
  ULONG MaxOffLoadSize;
  /// UDP: six bits; the seventh says that the last segment may be shorter.
  ULONG MinSegmentCount;
} NT_SEGMENTATION_OFFLOAD;

/// NDIS_OFFLOAD: revision 3 (NDIS 6.30) up to `Encapsulated`, revision 6 (NDIS 6.83) all of it. What is zero is not
/// supported.
typedef struct _NDIS_OFFLOAD {
  NDIS_OBJECT_HEADER Header;
  NT_CHECKSUM_OFFLOAD IPv4Transmit, IPv4Receive, IPv6Transmit, IPv6Receive;
  /// LSO V1, IPsec V1.
  ULONG LsoV1[4], IPsecV1[7];
  NT_SEGMENTATION_OFFLOAD LsoV2IPv4, LsoV2IPv6;
  /// Extension headers, TCP options, two bits each.
  ULONG LsoV2IPv6Supported;
  ULONG Flags;
  ULONG IPsecV2[8];
  /// Receive segment coalescing.
  BOOLEAN Rsc[2];
  /// Encapsulated packets: GRE.
  ULONG Encapsulated[2];
  /// VXLAN, its types, 464XLAT.
  ULONG Vxlan[5], EncapsulationTypes, Rfc6877Xlat[2];
  NT_SEGMENTATION_OFFLOAD UsoIPv4, UsoIPv6;
  /// Extension headers, two bits.
  ULONG UsoIPv6Supported;
} NDIS_OFFLOAD;

#define NDIS_SIZEOF_NDIS_OFFLOAD_REVISION_3 (offsetof(NDIS_OFFLOAD, Encapsulated) + 2 * sizeof(ULONG))

// Values of NDIS_OFFLOAD_PARAMETERS. 0: no change.
#define NDIS_OFFLOAD_PARAMETERS_TX_RX_DISABLED 1
#define NDIS_OFFLOAD_PARAMETERS_TX_ENABLED_RX_DISABLED 2
#define NDIS_OFFLOAD_PARAMETERS_RX_ENABLED_TX_DISABLED 3
#define NDIS_OFFLOAD_PARAMETERS_TX_RX_ENABLED 4
/// Of segmentation, of both.
#define NDIS_OFFLOAD_PARAMETERS_DISABLED 1
#define NDIS_OFFLOAD_PARAMETERS_ENABLED 2

/// NDIS_OFFLOAD_PARAMETERS, revision 5 (NDIS 6.83).
typedef struct _NDIS_OFFLOAD_PARAMETERS {
  NDIS_OBJECT_HEADER Header;
  UCHAR IPv4Checksum, TCPIPv4Checksum, UDPIPv4Checksum, TCPIPv6Checksum, UDPIPv6Checksum;
  UCHAR LsoV1, IPsecV1, LsoV2IPv4, LsoV2IPv6;
  UCHAR TcpConnectionIPv4, TcpConnectionIPv6;
  ULONG Flags;
  /// Revision 2.
  UCHAR IPsecV2, IPsecV2IPv4;
  /// Revision 3.
  UCHAR RscIPv4, RscIPv6, EncapsulatedPacketTaskOffload, EncapsulationTypes;
  /// Revision 4.
  USHORT VxlanUDPPortNumber;
  /// Revision 5.
  UCHAR UsoIPv4, UsoIPv6;
} NDIS_OFFLOAD_PARAMETERS;

#define NDIS_SIZEOF_OFFLOAD_PARAMETERS_REVISION_1 (offsetof(NDIS_OFFLOAD_PARAMETERS, Flags) + sizeof(ULONG))

#define NDIS_OFFLOAD_SET_NO_CHANGE 0
#define NDIS_OFFLOAD_SET_ON 1
#define NDIS_OFFLOAD_SET_OFF 2

typedef struct _NT_ENCAPSULATION {
  ULONG Enabled;
  ULONG EncapsulationType;
  ULONG HeaderSize;
} NT_ENCAPSULATION;

typedef struct _NDIS_OFFLOAD_ENCAPSULATION {
  NDIS_OBJECT_HEADER Header;
  NT_ENCAPSULATION IPv4, IPv6;
} NDIS_OFFLOAD_ENCAPSULATION;

// TcpIpChecksumNetBufferListInfo of a list that is sent.
#define NT_CHECKSUM_IS_IPV4 0x01u
#define NT_CHECKSUM_IS_IPV6 0x02u
#define NT_CHECKSUM_TCP 0x04u
#define NT_CHECKSUM_UDP 0x08u
#define NT_CHECKSUM_IP_HEADER 0x10u
// TcpLargeSendNetBufferListInfo and UdpSegmentationOffloadInfo: the size of segments in the lowest 20 bits, where the
// transport header starts in the next ten, then the type (LSO V2) and the version of IP.
#define NT_SEGMENT_BYTES(info) ((info) & 0xfffffu)
#define NT_SEGMENT_TRANSPORT(info) ((info) >> 20 & 0x3ffu)
#define NT_LSO_V2 0x40000000u
#define NT_SEGMENT_IPV6 0x80000000u

NT_LAYOUT(offsetof(NDIS_OFFLOAD, LsoV2IPv4), 0x50, 0x50);
NT_LAYOUT(offsetof(NDIS_OFFLOAD, Encapsulated), 0x94, 0x94);
NT_LAYOUT(offsetof(NDIS_OFFLOAD, UsoIPv4), 0xbc, 0xbc);
NT_LAYOUT(sizeof(NDIS_OFFLOAD), 0xd8, 0xd8);
NT_LAYOUT(NDIS_SIZEOF_OFFLOAD_PARAMETERS_REVISION_1, 20, 20);
NT_LAYOUT(offsetof(NDIS_OFFLOAD_PARAMETERS, UsoIPv4), 28, 28);
NT_LAYOUT(sizeof(NDIS_OFFLOAD_ENCAPSULATION), 28, 28);
