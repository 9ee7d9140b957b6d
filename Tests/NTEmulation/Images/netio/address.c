// netio.sys: addresses and errors between Windows' numbers and the host's.
#include "netio_parts.h"

void emul_to_platform(const SOCKADDR *from, struct platform_address *to) {
  memset(to, 0, sizeof *to);
  to->traffic_class = UINT32_MAX;
  if (from->sa_family == AF_INET) {
    const SOCKADDR_IN *v4 = (const SOCKADDR_IN *)from;
    to->family = 4;
    to->port = __builtin_bswap16(v4->sin_port);
    memcpy(to->address, v4->sin_addr, 4);
  } else {
    const SOCKADDR_IN6 *v6 = (const SOCKADDR_IN6 *)from;
    REQUIRE(from->sa_family == AF_INET6);
    to->family = 6;
    to->port = __builtin_bswap16(v6->sin6_port);
    to->scope_id = v6->sin6_scope_id;
    memcpy(to->address, v6->sin6_addr, 16);
  }
}

void emul_from_platform(const struct platform_address *from, SOCKADDR_INET *to) {
  memset(to, 0, sizeof *to);
  if (from->family == 4) {
    to->Ipv4.sin_family = AF_INET;
    to->Ipv4.sin_port = __builtin_bswap16(from->port);
    memcpy(to->Ipv4.sin_addr, from->address, 4);
  } else {
    to->Ipv6.sin6_family = AF_INET6;
    to->Ipv6.sin6_port = __builtin_bswap16(from->port);
    to->Ipv6.sin6_scope_id = from->scope_id;
    memcpy(to->Ipv6.sin6_addr, from->address, 16);
  }
}

// Linux's numbers.
NTSTATUS emul_status_of_error(int32_t error) {
  switch (-error) {
    case 98:
      return STATUS_ADDRESS_ALREADY_EXISTS;
    case 97:
      return STATUS_NOT_SUPPORTED;
    case 101:
    case 113:
      return STATUS_NETWORK_UNREACHABLE;
    case 12:
    case 24:
      return STATUS_INSUFFICIENT_RESOURCES;
    default:
      return STATUS_INVALID_PARAMETER;
  }
}
