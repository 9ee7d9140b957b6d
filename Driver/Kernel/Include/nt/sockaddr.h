// Socket addresses and control messages of Winsock, with the numbers of Windows (AF_INET6 is 23).
#pragma once

#include <nt/kernel.h>

#define AF_UNSPEC 0
#define AF_INET 2
#define AF_INET6 23
#define SOCK_DGRAM 2
#define SOL_SOCKET 0xffff
#define IPPROTO_IP 0
#define IPPROTO_UDP 17
#define IPPROTO_IPV6 41

// Options and control messages of IPPROTO_IP.
#define IP_OPTIONS 1
#define IP_TOS 3
#define IP_DONTFRAGMENT 14
#define IP_PKTINFO 19
#define IP_RECVTOS 40
#define IP_ECN 50
// Options and control messages of IPPROTO_IPV6.
#define IPV6_DONTFRAG 14
#define IPV6_PKTINFO 19
#define IPV6_V6ONLY 27
#define IPV6_RTHDR 32
#define IPV6_TCLASS 39
#define IPV6_RECVTCLASS 40
#define IPV6_ECN 50

typedef struct _SOCKADDR {
  USHORT sa_family;
  CHAR sa_data[14];
} SOCKADDR;

typedef struct _SOCKADDR_IN {
  USHORT sin_family;
  /// Network order.
  USHORT sin_port;
  UCHAR sin_addr[4];
  CHAR sin_zero[8];
} SOCKADDR_IN;

typedef struct _SOCKADDR_IN6 {
  USHORT sin6_family;
  /// Network order.
  USHORT sin6_port;
  ULONG sin6_flowinfo;
  UCHAR sin6_addr[16];
  ULONG sin6_scope_id;
} SOCKADDR_IN6;

typedef union _SOCKADDR_INET {
  USHORT si_family;
  SOCKADDR_IN Ipv4;
  SOCKADDR_IN6 Ipv6;
} SOCKADDR_INET;

typedef struct _CMSGHDR {
  /// Header and data, without padding.
  SIZE_T cmsg_len;
  INT cmsg_level;
  INT cmsg_type;
} CMSGHDR;

typedef struct _IN_PKTINFO {
  UCHAR ipi_addr[4];
  ULONG ipi_ifindex;
} IN_PKTINFO;

typedef struct _IN6_PKTINFO {
  UCHAR ipi6_addr[16];
  ULONG ipi6_ifindex;
} IN6_PKTINFO;

_Static_assert(sizeof(SOCKADDR_IN) == 16, "SOCKADDR_IN");
_Static_assert(sizeof(SOCKADDR_INET) == 28, "SOCKADDR_INET");
NT_LAYOUT(sizeof(CMSGHDR), 16, 12);
_Static_assert(sizeof(IN_PKTINFO) == 8, "IN_PKTINFO");
_Static_assert(sizeof(IN6_PKTINFO) == 20, "IN6_PKTINFO");

/// The length of a control message with `length` bytes of data, and the room it takes.
#define NT_CMSG_LEN(length) (sizeof(CMSGHDR) + (length))
#define NT_CMSG_SPACE(length) ((NT_CMSG_LEN(length) + sizeof(SIZE_T) - 1) & ~(sizeof(SIZE_T) - 1))
