// The TUN device: the protocol stack of the adapter.
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "daemon.h"

bool tun_open(struct daemon *daemon) {
  daemon->tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  struct ifreq request;
  memset(&request, 0, sizeof request);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", daemon->name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (daemon->has_offloads) request.ifr_flags |= IFF_VNET_HDR;
  if (daemon->tun < 0 || ioctl(daemon->tun, TUNSETIFF, &request) != 0 ||
      (daemon->has_offloads && !offloads_open(daemon->tun))) {
    fprintf(stderr, "nt-daemon: no TUN device %s: %s\n", daemon->name, strerror(errno));
    return false;
  }
  return true;
}

static NT_ABI void received(void *context, const uint8_t *bytes, uint32_t length) {
  struct daemon *daemon = context;
  static const struct virtio_net_hdr plain;
  struct iovec parts[] = {{(void *)(uintptr_t)&plain, sizeof plain}, {(void *)(uintptr_t)bytes, length}};
  // A device that is down takes nothing: the packet is lost.
  if (writev(daemon->tun, daemon->has_offloads ? parts : parts + 1, daemon->has_offloads ? 2 : 1) < 0) return;
}

static void *carry(void *context) {
  struct daemon *daemon = context;
  static uint8_t packet[65536 + sizeof(struct virtio_net_hdr)];
  nt_thread_attach();
  NDIS(int32_t, EmulNdisSend, void *, const uint8_t *, uint32_t, uint32_t);
  for (;;) {
    ssize_t length = read(daemon->tun, packet, sizeof packet);
    if (length > 0) {
      pthread_rwlock_rdlock(&daemon->use);
      if (daemon->has_offloads)
        offloads_send(daemon, packet, (uint32_t)length);
      else
        EmulNdisSend(daemon->adapter, packet, (uint32_t)length, 1);
      pthread_rwlock_unlock(&daemon->use);
    } else if (length < 0 && errno != EINTR && errno != EAGAIN && errno != EIO) {
      return NULL;
    }
  }
}

// The device's state and MTU are looked at often enough for a test not to wait.
static void *follow(void *context) {
  struct daemon *daemon = context;
  nt_thread_attach();
  void(NT_ABI * EmulNetioSetMtu)(uint64_t, uint32_t) =
      (void(NT_ABI *)(uint64_t, uint32_t))nt_export("netio.sys", "EmulNetioSetMtu");
  int handle = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  uint32_t mtu = 0, is_up = 0;
  for (;;) {
    struct ifreq request;
    memset(&request, 0, sizeof request);
    snprintf(request.ifr_name, sizeof request.ifr_name, "%s", daemon->name);
    if (ioctl(handle, SIOCGIFMTU, &request) == 0 && (uint32_t)request.ifr_mtu != mtu) {
      mtu = (uint32_t)request.ifr_mtu;
      EmulNetioSetMtu(daemon->luid, mtu);
    }
    if (ioctl(handle, SIOCGIFFLAGS, &request) == 0) {
      uint32_t now = (request.ifr_flags & IFF_UP) != 0;
      if (now != is_up) {
        int32_t status = daemon_request(daemon, IOCTL_STATE, &now, sizeof now, NULL, 0, NULL);
        if (status == NT_SUCCESS || status == STATUS_ALREADY_COMPLETE) is_up = now;
      }
    }
    struct timespec pause = {0, 5000000};
    nanosleep(&pause, NULL);
  }
}

static void start(void *(*routine)(void *), struct daemon *daemon) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, routine, daemon) != 0) abort();
  pthread_detach(thread);
}

void tun_start(struct daemon *daemon) {
  NDIS(void, EmulNdisReceive, void *, void(NT_ABI *)(void *, const uint8_t *, uint32_t), void *);
  EmulNdisReceive(daemon->adapter, received, daemon);
  start(carry, daemon);
  start(follow, daemon);
}
