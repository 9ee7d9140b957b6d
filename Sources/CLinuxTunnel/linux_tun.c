#include "linux_tun.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// Linux 6.2; older headers do not name them.
#ifndef TUN_F_USO4
#define TUN_F_USO4 0x20
#define TUN_F_USO6 0x40
#endif

_Static_assert(LINUX_INTERFACE_NAME_SIZE == IFNAMSIZ, "the name has the size of the kernel's");

static void put_name(struct ifreq *request, const char *name) {
  memset(request, 0, sizeof *request);
  strncpy(request->ifr_name, name, IFNAMSIZ - 1);
}

int linux_tun_open(const char *name, bool virtio_header, bool multiple_queues) {
  int descriptor = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return -errno;
  struct ifreq request;
  put_name(&request, name);
  request.ifr_flags = (short)(IFF_TUN | IFF_NO_PI | (virtio_header ? IFF_VNET_HDR : 0) |
                              (multiple_queues ? IFF_MULTI_QUEUE : 0));
  if (ioctl(descriptor, TUNSETIFF, &request) < 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
}

int linux_tun_state(int descriptor, struct linux_tun_state *state) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  if (ioctl(descriptor, TUNGETIFF, &request) < 0) return -errno;
  memset(state, 0, sizeof *state);
  memcpy(state->name, request.ifr_name, IFNAMSIZ - 1);
  state->is_tun = (request.ifr_flags & IFF_TUN) != 0;
  state->has_packet_information = (request.ifr_flags & IFF_NO_PI) == 0;
  state->has_virtio_header = (request.ifr_flags & IFF_VNET_HDR) != 0;
  state->has_multiple_queues = (request.ifr_flags & IFF_MULTI_QUEUE) != 0;
  return 0;
}

int linux_tun_set_offload(int descriptor, bool checksum, bool tcp, bool udp) {
  unsigned long flags = (checksum ? TUN_F_CSUM : 0) | (tcp ? TUN_F_TSO4 | TUN_F_TSO6 : 0) |
                        (udp ? TUN_F_USO4 | TUN_F_USO6 : 0);
  return ioctl(descriptor, TUNSETOFFLOAD, flags) < 0 ? -errno : 0;
}

int linux_tun_set_header(int descriptor, int size) {
  int little_endian = 1;
  if (ioctl(descriptor, TUNSETVNETHDRSZ, &size) < 0) return -errno;
  return ioctl(descriptor, TUNSETVNETLE, &little_endian) < 0 ? -errno : 0;
}

int linux_tun_namespace(int descriptor) {
  int space = ioctl(descriptor, TUNGETDEVNETNS);
  return space < 0 ? -errno : space;
}

// The interface ioctls want a socket, of any kind, in the namespace that is meant.
static int ask(unsigned long call, struct ifreq *request) {
  int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) descriptor = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  int result = ioctl(descriptor, call, request) < 0 ? -errno : 0;
  close(descriptor);
  return result;
}

int linux_interface_mtu(const char *name) {
  struct ifreq request;
  put_name(&request, name);
  int result = ask(SIOCGIFMTU, &request);
  return result < 0 ? result : request.ifr_mtu;
}

int linux_interface_set_mtu(const char *name, int mtu) {
  struct ifreq request;
  put_name(&request, name);
  request.ifr_mtu = mtu;
  return ask(SIOCSIFMTU, &request);
}

int linux_interface_set_queue(const char *name, int packets) {
  struct ifreq request;
  put_name(&request, name);
  request.ifr_qlen = packets;
  return ask(SIOCSIFTXQLEN, &request);
}

int linux_interface_index(const char *name) {
  struct ifreq request;
  put_name(&request, name);
  int result = ask(SIOCGIFINDEX, &request);
  return result < 0 ? result : request.ifr_ifindex;
}
