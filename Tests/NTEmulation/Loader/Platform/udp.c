// Real UDP sockets for the emulated WSK: packet information and DS field both ways.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../Seeded/network.h"
#include "../Seeded/schedule.h"
#include "platform.h"

union any_address {
  struct sockaddr general;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static socklen_t to_socket(const struct platform_address *from, union any_address *to) {
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

PLATFORM_ABI int32_t platform_udp_open(uint32_t family) {
  if (seeded_on()) return seeded_udp_open(family);
  int handle = socket(family == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return -errno;
  int on = 1, buffer_bytes = 4 << 20;
  setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  if (family == 4) {
    setsockopt(handle, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    setsockopt(handle, IPPROTO_IP, IP_RECVTOS, &on, sizeof on);
  } else {
    setsockopt(handle, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    setsockopt(handle, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
    setsockopt(handle, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on);
  }
  return handle;
}

PLATFORM_ABI int32_t platform_udp_bind(int32_t socket, struct platform_address *address) {
  if (seeded_on()) return seeded_udp_bind(socket, address);
  union any_address any;
  socklen_t length = to_socket(address, &any);
  if (bind(socket, &any.general, length) != 0) return -errno;
  return platform_udp_name(socket, address);
}

PLATFORM_ABI int32_t platform_udp_name(int32_t socket, struct platform_address *address) {
  if (seeded_on()) return seeded_udp_name(socket, address);
  union any_address any;
  socklen_t length = sizeof any;
  if (getsockname(socket, &any.general, &length) != 0) return -errno;
  from_socket(&any, address);
  return 0;
}

static void put(struct msghdr *message, struct cmsghdr **slot, int level, int type, const void *data, size_t length) {
  *slot = *slot == NULL ? CMSG_FIRSTHDR(message) : CMSG_NXTHDR(message, *slot);
  (*slot)->cmsg_level = level;
  (*slot)->cmsg_type = type;
  (*slot)->cmsg_len = CMSG_LEN(length);
  memcpy(CMSG_DATA(*slot), data, length);
}

PLATFORM_ABI int32_t platform_udp_send(
    int32_t socket, const struct platform_address *address, const void *bytes, uint32_t length_bytes) {
  if (seeded_on()) return seeded_udp_send(socket, address, bytes, length_bytes);
  union any_address any;
  _Alignas(struct cmsghdr) uint8_t control[128] = {0};
  struct iovec part = {(void *)bytes, length_bytes};
  struct msghdr message = {
      .msg_name = &any, .msg_namelen = to_socket(address, &any), .msg_iov = &part, .msg_iovlen = 1};
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  struct cmsghdr *slot = NULL;
  size_t used = 0;
  if (address->has_local && address->family == 4) {
    struct in_pktinfo info = {.ipi_ifindex = (int)address->interface_index};
    memcpy(&info.ipi_spec_dst, address->local, 4);
    put(&message, &slot, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    used += CMSG_SPACE(sizeof info);
  } else if (address->has_local) {
    struct in6_pktinfo info = {.ipi6_ifindex = address->interface_index};
    memcpy(&info.ipi6_addr, address->local, 16);
    put(&message, &slot, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
    used += CMSG_SPACE(sizeof info);
  }
  if (address->traffic_class != UINT32_MAX) {
    int value = (int)address->traffic_class;
    if (address->family == 4)
      put(&message, &slot, IPPROTO_IP, IP_TOS, &value, sizeof value);
    else
      put(&message, &slot, IPPROTO_IPV6, IPV6_TCLASS, &value, sizeof value);
    used += CMSG_SPACE(sizeof value);
  }
  message.msg_controllen = used;
  if (used == 0) message.msg_control = NULL;
  ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  return sent < 0 ? -errno : (int32_t)sent;
}

static void read_control(struct msghdr *message, struct platform_address *address) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      memcpy(address->local, &info.ipi_addr, 4);
      address->interface_index = (uint32_t)info.ipi_ifindex;
      address->has_local = 1;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo info;
      memcpy(&info, CMSG_DATA(c), sizeof info);
      memcpy(address->local, &info.ipi6_addr, 16);
      address->interface_index = info.ipi6_ifindex;
      address->has_local = 1;
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) {
      address->traffic_class = *CMSG_DATA(c);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS) {
      int value;
      memcpy(&value, CMSG_DATA(c), sizeof value);
      address->traffic_class = (uint32_t)value;
    }
  }
}

PLATFORM_ABI int32_t platform_udp_receive(
    int32_t socket, struct platform_address *address, void *bytes, uint32_t capacity_bytes) {
  if (seeded_on()) return seeded_udp_receive(socket, address, bytes, capacity_bytes);
  for (;;) {
    union any_address any;
    _Alignas(struct cmsghdr) uint8_t control[256];
    struct iovec part = {bytes, capacity_bytes};
    struct msghdr message = {
        .msg_name = &any, .msg_namelen = sizeof any, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
        .msg_controllen = sizeof control};
    // shutdown() wakes poll() with POLLHUP, also for a socket that is not connected.
    struct pollfd wait = {socket, POLLIN, 0};
    if (poll(&wait, 1, -1) < 0 && errno != EINTR) return -errno;
    if (wait.revents & (POLLHUP | POLLNVAL)) return -ESHUTDOWN;
    ssize_t length = recvmsg(socket, &message, MSG_DONTWAIT);
    if (length < 0 && (errno == EINTR || errno == EAGAIN || errno == ECONNREFUSED)) continue;
    if (length < 0) return -errno;
    // A zero-length datagram has an address; what shutdown() returns has none.
    if (length == 0 && message.msg_namelen == 0) return -ESHUTDOWN;
    memset(address, 0, sizeof *address);
    address->traffic_class = UINT32_MAX;
    from_socket(&any, address);
    read_control(&message, address);
    return (int32_t)length;
  }
}

PLATFORM_ABI void platform_udp_stop(int32_t socket) {
  if (seeded_on()) return seeded_udp_stop(socket);
  shutdown(socket, SHUT_RDWR);
}

PLATFORM_ABI void platform_udp_close(int32_t socket) {
  if (seeded_on()) return seeded_udp_close(socket);
  close(socket);
}
