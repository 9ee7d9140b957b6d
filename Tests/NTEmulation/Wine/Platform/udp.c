// platform.sys under Wine: UDP sockets of Windows' ws2_32. Errors are Linux' numbers, as netio.sys expects them.
#include <winsock2.h>

#include <mswsock.h>
#include <ws2tcpip.h>

#include "../../Loader/Platform/platform.h"

#define SOCKETS 64

// Handles are places in this table: netio.sys keeps 32 bits.
static struct {
  SOCKET socket;
  LPFN_WSARECVMSG receive;
  HANDLE readable, stop;
  volatile LONG is_taken;
} sockets[SOCKETS];

union any_address {
  struct sockaddr general;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static int32_t error_of(int error) {
  switch (error) {
    case WSAEADDRINUSE:
      return -98;
    case WSAEAFNOSUPPORT:
      return -97;
    case WSAENETUNREACH:
      return -101;
    case WSAEHOSTUNREACH:
      return -113;
    case WSAENOBUFS:
      return -12;
    default:
      return -22;
  }
}

static int to_socket(const struct platform_address *from, union any_address *to) {
  memset(to, 0, sizeof *to);
  if (from->family == 4) {
    to->v4.sin_family = AF_INET;
    to->v4.sin_port = htons(from->port);
    memcpy(&to->v4.sin_addr, from->address, 4);
    return sizeof to->v4;
  }
  to->v6.sin6_family = AF_INET6;
  to->v6.sin6_port = htons(from->port);
  to->v6.sin6_scope_id = from->scope_id;
  memcpy(&to->v6.sin6_addr, from->address, 16);
  return sizeof to->v6;
}

static void from_socket(const union any_address *from, struct platform_address *to) {
  if (from->general.sa_family == AF_INET) {
    to->family = 4;
    to->port = ntohs(from->v4.sin_port);
    memcpy(to->address, &from->v4.sin_addr, 4);
  } else {
    to->family = 6;
    to->port = ntohs(from->v6.sin6_port);
    to->scope_id = from->v6.sin6_scope_id;
    memcpy(to->address, &from->v6.sin6_addr, 16);
  }
}

int32_t platform_udp_open(uint32_t family) {
  static volatile LONG is_started;
  WSADATA data;
  if (InterlockedExchange(&is_started, 1) == 0) WSAStartup(MAKEWORD(2, 2), &data);
  int32_t place = 0;
  while (place < SOCKETS && InterlockedExchange(&sockets[place].is_taken, 1) != 0) place++;
  if (place == SOCKETS) return -24;
  SOCKET made = socket(family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM, IPPROTO_UDP);
  GUID identifier = WSAID_WSARECVMSG;
  DWORD on = 1, length;
  if (made == INVALID_SOCKET) {
    InterlockedExchange(&sockets[place].is_taken, 0);
    return error_of(WSAGetLastError());
  }
  if (family == 4) {
    setsockopt(made, IPPROTO_IP, IP_PKTINFO, (const char *)&on, sizeof on);
  } else {
    setsockopt(made, IPPROTO_IPV6, IPV6_V6ONLY, (const char *)&on, sizeof on);
    setsockopt(made, IPPROTO_IPV6, IPV6_PKTINFO, (const char *)&on, sizeof on);
  }
  sockets[place].socket = made;
  sockets[place].stop = CreateEventW(NULL, TRUE, FALSE, NULL);
  sockets[place].readable = CreateEventW(NULL, FALSE, FALSE, NULL);
  WSAEventSelect(made, sockets[place].readable, FD_READ);
  WSAIoctl(made, SIO_GET_EXTENSION_FUNCTION_POINTER, &identifier, sizeof identifier, &sockets[place].receive,
      sizeof sockets[place].receive, &length, NULL, NULL);
  return place;
}

int32_t platform_udp_bind(int32_t place, struct platform_address *address) {
  union any_address any;
  int length = to_socket(address, &any);
  if (bind(sockets[place].socket, &any.general, length) != 0) return error_of(WSAGetLastError());
  return platform_udp_name(place, address);
}

int32_t platform_udp_name(int32_t place, struct platform_address *address) {
  union any_address any;
  int length = sizeof any;
  if (getsockname(sockets[place].socket, &any.general, &length) != 0) return error_of(WSAGetLastError());
  from_socket(&any, address);
  return 0;
}

// Wine sends no control messages: source address and DS field are left to the socket.
int32_t platform_udp_send(
    int32_t place, const struct platform_address *address, const void *bytes, uint32_t length_bytes) {
  union any_address any;
  int length = to_socket(address, &any);
  int sent = sendto(sockets[place].socket, bytes, (int)length_bytes, 0, &any.general, length);
  return sent < 0 ? error_of(WSAGetLastError()) : sent;
}

static void read_control(WSAMSG *message, struct platform_address *address) {
  for (WSACMSGHDR *c = WSA_CMSG_FIRSTHDR(message); c != NULL; c = WSA_CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      const IN_PKTINFO *info = (const IN_PKTINFO *)WSA_CMSG_DATA(c);
      memcpy(address->local, &info->ipi_addr, 4);
      address->interface_index = info->ipi_ifindex;
      address->has_local = 1;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      const IN6_PKTINFO *info = (const IN6_PKTINFO *)WSA_CMSG_DATA(c);
      memcpy(address->local, &info->ipi6_addr, 16);
      address->interface_index = info->ipi6_ifindex;
      address->has_local = 1;
    }
  }
}

int32_t platform_udp_receive(
    int32_t place, struct platform_address *address, void *bytes, uint32_t capacity_bytes) {
  for (;;) {
    union any_address any;
    char control[256];
    WSABUF part = {capacity_bytes, bytes};
    WSAMSG message = {&any.general, sizeof any, &part, 1, {sizeof control, control}, 0};
    DWORD length;
    if (sockets[place].receive(sockets[place].socket, &message, &length, NULL, NULL) != 0) {
      HANDLE signals[] = {sockets[place].stop, sockets[place].readable};
      if (WaitForMultipleObjects(2, signals, FALSE, INFINITE) == WAIT_OBJECT_0) return -108;
      continue;
    }
    memset(address, 0, sizeof *address);
    address->traffic_class = UINT32_MAX;
    from_socket(&any, address);
    read_control(&message, address);
    return (int32_t)length;
  }
}

void platform_udp_stop(int32_t place) { SetEvent(sockets[place].stop); }

void platform_udp_close(int32_t place) {
  closesocket(sockets[place].socket);
  CloseHandle(sockets[place].readable);
  CloseHandle(sockets[place].stop);
  InterlockedExchange(&sockets[place].is_taken, 0);
}
