#define _GNU_SOURCE
#include "linux_link.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef NETLINK_LISTEN_ALL_NSID
#define NETLINK_LISTEN_ALL_NSID 8
#endif

int linux_netlink_open(void) {
  int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
  if (descriptor < 0) return -errno;
  struct sockaddr_nl own = {.nl_family = AF_NETLINK,
                            .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE};
  if (bind(descriptor, (struct sockaddr *)&own, sizeof own) < 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  int on = 1;
  setsockopt(descriptor, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on, sizeof on);
  return descriptor;
}

int linux_netlink_send(int descriptor, const void *bytes, uint32_t length_bytes) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  ssize_t sent = sendto(descriptor, bytes, length_bytes, 0, (struct sockaddr *)&kernel, sizeof kernel);
  return sent < 0 ? -errno : 0;
}

int linux_netlink_receive(int descriptor, void *bytes, uint32_t room_bytes, int *space) {
  struct sockaddr_nl from;
  struct iovec place = {bytes, room_bytes};
  _Alignas(struct cmsghdr) unsigned char control[CMSG_SPACE(sizeof(int))];
  struct msghdr message = {.msg_name = &from,
                           .msg_namelen = sizeof from,
                           .msg_iov = &place,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
  ssize_t received = recvmsg(descriptor, &message, MSG_DONTWAIT);
  if (received < 0) return -errno;
  *space = LINUX_HOME_SPACE;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level == SOL_NETLINK && part->cmsg_type == NETLINK_LISTEN_ALL_NSID) {
      memcpy(space, CMSG_DATA(part), sizeof *space);
    }
  }
  // Only the kernel is listened to, and a message that was cut off counts as lost.
  if (from.nl_pid != 0) return 0;
  return (message.msg_flags & MSG_TRUNC) != 0 ? -ENOBUFS : (int)received;
}

bool linux_is_home_space(int space) {
  struct stat own, other;
  if (stat("/proc/thread-self/ns/net", &own) < 0 || fstat(space, &other) < 0) return false;
  return own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}
