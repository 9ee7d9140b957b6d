#define _GNU_SOURCE
#include "CPacketSocket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct packet_instruction) == sizeof(struct sock_filter), "the kernel's layout");

static int failed(int socket) {
  int error = errno;
  close(socket);
  return -error;
}

int packet_socket_open(
  uint32_t interface, const struct packet_instruction *filter, uint16_t count, uint32_t room_bytes) {
  // Without a protocol nothing is received until the filter is there and the socket is bound.
  int handle = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (handle < 0) return -errno;
  if (count > 0) {
    struct sock_fprog program = {.len = count, .filter = (struct sock_filter *)(uintptr_t)filter};
    if (setsockopt(handle, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0) return failed(handle);
  }
  int on = 1, room = (int)room_bytes;
  if (setsockopt(handle, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0) return failed(handle);
  // Beyond the system's limit only with rights; without them as much as that allows.
  if (setsockopt(handle, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0)
    (void)setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  struct sockaddr_ll address = {
    .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)interface};
  if (bind(handle, (struct sockaddr *)&address, sizeof address) != 0) return failed(handle);
  return handle;
}

int packet_socket_receive(int socket, void *bytes, uint32_t room_bytes, struct packet_facts *facts) {
  struct sockaddr_ll address = {0};
  struct iovec place = {.iov_base = bytes, .iov_len = room_bytes};
  _Alignas(struct cmsghdr) char control[256];
  struct msghdr message = {
    .msg_name = &address, .msg_namelen = sizeof address, .msg_iov = &place, .msg_iovlen = 1,
    .msg_control = control, .msg_controllen = sizeof control};
  ssize_t length = recvmsg(socket, &message, MSG_TRUNC);
  if (length < 0) return -errno;
  *facts = (struct packet_facts){
    .interface = (uint32_t)address.sll_ifindex, .length_bytes = (uint32_t)length,
    .is_outgoing = address.sll_pkttype == PACKET_OUTGOING};
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec time;
    memcpy(&time, CMSG_DATA(header), sizeof time);
    facts->time_ns = (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
  }
  return length < (ssize_t)room_bytes ? (int)length : (int)room_bytes;
}

int packet_socket_lost(int socket, uint32_t *count) {
  struct tpacket_stats statistics = {0};
  socklen_t length = sizeof statistics;
  if (getsockopt(socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) != 0) return -errno;
  *count = statistics.tp_drops;
  return 0;
}

int packet_process_become_nobody(void) {
  if (setgroups(0, NULL) != 0 || setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
    return -errno;
  return 0;
}
