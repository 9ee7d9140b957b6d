#define _GNU_SOURCE
#include "linux_udp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// Linux 4.18 and 5.0; older headers do not name them.
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

// Linux 3.17; the C library does not name it.
#ifndef IPV6_AUTOFLOWLABEL
#define IPV6_AUTOFLOWLABEL 70
#endif

enum { BATCH = 64 };

// Room for packet information (IPv6: 20 bytes), a traffic class and a segment size, each in a control message.
enum { CONTROL_BYTES = CMSG_SPACE(sizeof(struct in6_pktinfo)) + 2 * CMSG_SPACE(sizeof(int)) };

struct control {
  _Alignas(struct cmsghdr) unsigned char bytes[CONTROL_BYTES];
};

union address {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static int set(int descriptor, int level, int name, int value) {
  return setsockopt(descriptor, level, name, &value, sizeof value) < 0 ? -errno : 0;
}

int linux_udp_open(bool ipv6) {
  int descriptor = socket(ipv6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -errno;
  int result;
  if (ipv6) {
    result = set(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (result == 0) result = set(descriptor, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    if (result == 0) result = set(descriptor, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
    if (result == 0) result = set(descriptor, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
    // A flow label would tell flows apart; without the option the kernel knows none.
    set(descriptor, IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, 0);
  } else {
    result = set(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
    if (result == 0) result = set(descriptor, IPPROTO_IP, IP_RECVTOS, 1);
    if (result == 0) result = set(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  }
  if (result == 0) return descriptor;
  close(descriptor);
  return result;
}

int linux_udp_bind(int descriptor, bool ipv6, uint16_t port) {
  union address own;
  memset(&own, 0, sizeof own);
  socklen_t size = ipv6 ? sizeof own.v6 : sizeof own.v4;
  if (ipv6) {
    own.v6.sin6_family = AF_INET6;
    own.v6.sin6_port = htons(port);
  } else {
    own.v4.sin_family = AF_INET;
    own.v4.sin_port = htons(port);
  }
  if (bind(descriptor, &own.any, size) < 0) return -errno;
  if (getsockname(descriptor, &own.any, &size) < 0) return -errno;
  return ntohs(ipv6 ? own.v6.sin6_port : own.v4.sin_port);
}

void linux_udp_set_buffers(int descriptor, int size_bytes) {
  if (set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, size_bytes) < 0) set(descriptor, SOL_SOCKET, SO_RCVBUF, size_bytes);
  if (set(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, size_bytes) < 0) set(descriptor, SOL_SOCKET, SO_SNDBUF, size_bytes);
}

int linux_udp_set_mark(int descriptor, uint32_t mark) { return set(descriptor, SOL_SOCKET, SO_MARK, (int)mark); }

int linux_udp_set_coalescing(int descriptor) { return set(descriptor, IPPROTO_UDP, UDP_GRO, 1); }

struct linux_udp_queue linux_udp_receive_queue(int descriptor) {
  uint32_t numbers[SK_MEMINFO_VARS] = {0};
  socklen_t size = sizeof numbers;
  if (getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, numbers, &size) != 0) return (struct linux_udp_queue){0};
  return (struct linux_udp_queue){numbers[SK_MEMINFO_RMEM_ALLOC], numbers[SK_MEMINFO_DROPS]};
}

bool linux_udp_can_segment(int descriptor) {
  int value;
  socklen_t size = sizeof value;
  return getsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, &value, &size) == 0;
}

static void read_control(struct msghdr *message, struct linux_datagram *datagram) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level == IPPROTO_UDP && part->cmsg_type == UDP_GRO) {
      int size;
      memcpy(&size, CMSG_DATA(part), sizeof size);
      datagram->segment_bytes = (uint16_t)size;
    } else if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
      struct in_pktinfo information;
      memcpy(&information, CMSG_DATA(part), sizeof information);
      memcpy(datagram->local_address, &information.ipi_spec_dst, 4);
      datagram->interface = (uint32_t)information.ipi_ifindex;
      datagram->has_local_address = true;
    } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
      struct in6_pktinfo information;
      memcpy(&information, CMSG_DATA(part), sizeof information);
      memcpy(datagram->local_address, &information.ipi6_addr, 16);
      datagram->interface = information.ipi6_ifindex;
      datagram->has_local_address = true;
    } else if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_TOS) {
      datagram->traffic_class = *CMSG_DATA(part);
    } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_TCLASS) {
      int traffic_class;
      memcpy(&traffic_class, CMSG_DATA(part), sizeof traffic_class);
      datagram->traffic_class = (uint8_t)traffic_class;
    }
  }
}

int linux_udp_receive(int descriptor, bool ipv6, struct linux_datagram *datagrams, unsigned count) {
  struct mmsghdr messages[BATCH];
  struct iovec places[BATCH];
  union address remotes[BATCH];
  struct control controls[BATCH];
  if (count > BATCH) count = BATCH;
  for (unsigned i = 0; i < count; i++) {
    places[i] = (struct iovec){datagrams[i].bytes, datagrams[i].length_bytes};
    messages[i].msg_hdr = (struct msghdr){.msg_name = &remotes[i],
                                          .msg_namelen = sizeof remotes[i],
                                          .msg_iov = &places[i],
                                          .msg_iovlen = 1,
                                          .msg_control = controls[i].bytes,
                                          .msg_controllen = sizeof controls[i].bytes};
  }
  int received = recvmmsg(descriptor, messages, count, MSG_DONTWAIT, NULL);
  if (received < 0) return -errno;
  for (int i = 0; i < received; i++) {
    struct linux_datagram *datagram = &datagrams[i];
    datagram->length_bytes = messages[i].msg_len;
    datagram->is_truncated = (messages[i].msg_hdr.msg_flags & MSG_TRUNC) != 0;
    datagram->segment_bytes = 0;
    datagram->has_local_address = false;
    datagram->interface = 0;
    datagram->remote_scope = 0;
    datagram->traffic_class = 0;
    if (ipv6) {
      memcpy(datagram->remote_address, &remotes[i].v6.sin6_addr, 16);
      datagram->remote_port = ntohs(remotes[i].v6.sin6_port);
      datagram->remote_scope = remotes[i].v6.sin6_scope_id;
    } else {
      memcpy(datagram->remote_address, &remotes[i].v4.sin_addr, 4);
      datagram->remote_port = ntohs(remotes[i].v4.sin_port);
    }
    read_control(&messages[i].msg_hdr, datagram);
  }
  return received;
}

// Appends one control message behind `used` bytes and returns the bytes used with it.
static size_t put(struct control *control, size_t used, int level, int type, const void *data, size_t size) {
  struct cmsghdr *part = (struct cmsghdr *)(control->bytes + used);
  part->cmsg_level = level;
  part->cmsg_type = type;
  part->cmsg_len = CMSG_LEN(size);
  memcpy(CMSG_DATA(part), data, size);
  return used + CMSG_SPACE(size);
}

static size_t write_control(struct control *control, bool ipv6, const struct linux_datagram *datagram) {
  size_t used = 0;
  if (datagram->has_local_address || datagram->interface != 0) {
    if (ipv6) {
      struct in6_pktinfo information = {.ipi6_ifindex = datagram->interface};
      if (datagram->has_local_address) memcpy(&information.ipi6_addr, datagram->local_address, 16);
      used = put(control, used, IPPROTO_IPV6, IPV6_PKTINFO, &information, sizeof information);
    } else {
      struct in_pktinfo information = {.ipi_ifindex = (int)datagram->interface};
      if (datagram->has_local_address) memcpy(&information.ipi_spec_dst, datagram->local_address, 4);
      used = put(control, used, IPPROTO_IP, IP_PKTINFO, &information, sizeof information);
    }
  }
  if (datagram->traffic_class != 0) {
    int traffic_class = datagram->traffic_class;
    used = put(control, used, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_TCLASS : IP_TOS, &traffic_class,
               sizeof traffic_class);
  }
  if (datagram->segment_bytes != 0) {
    used = put(control, used, IPPROTO_UDP, UDP_SEGMENT, &datagram->segment_bytes, sizeof datagram->segment_bytes);
  }
  return used;
}

int linux_udp_send(int descriptor, bool ipv6, const struct linux_datagram *datagrams, unsigned count) {
  struct mmsghdr messages[BATCH];
  struct iovec places[BATCH];
  union address remotes[BATCH];
  struct control controls[BATCH];
  if (count > BATCH) count = BATCH;
  for (unsigned i = 0; i < count; i++) {
    const struct linux_datagram *datagram = &datagrams[i];
    memset(&remotes[i], 0, sizeof remotes[i]);
    memset(&controls[i], 0, sizeof controls[i]);
    if (ipv6) {
      remotes[i].v6.sin6_family = AF_INET6;
      remotes[i].v6.sin6_port = htons(datagram->remote_port);
      remotes[i].v6.sin6_scope_id = datagram->remote_scope;
      memcpy(&remotes[i].v6.sin6_addr, datagram->remote_address, 16);
    } else {
      remotes[i].v4.sin_family = AF_INET;
      remotes[i].v4.sin_port = htons(datagram->remote_port);
      memcpy(&remotes[i].v4.sin_addr, datagram->remote_address, 4);
    }
    places[i] = (struct iovec){datagram->bytes, datagram->length_bytes};
    size_t used = write_control(&controls[i], ipv6, datagram);
    messages[i].msg_hdr = (struct msghdr){.msg_name = &remotes[i],
                                          .msg_namelen = ipv6 ? sizeof remotes[i].v6 : sizeof remotes[i].v4,
                                          .msg_iov = &places[i],
                                          .msg_iovlen = 1,
                                          .msg_control = used ? controls[i].bytes : NULL,
                                          .msg_controllen = used};
  }
  int sent = sendmmsg(descriptor, messages, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent < 0 ? -errno : sent;
}

int linux_replace(int descriptor, int from) {
  int result = dup3(from, descriptor, O_CLOEXEC) < 0 ? -errno : 0;
  close(from);
  return result;
}

int linux_open_nothing(void) {
  int descriptor = eventfd(0, EFD_CLOEXEC);
  return descriptor < 0 ? -errno : descriptor;
}
