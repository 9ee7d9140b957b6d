// transcript-linux SCRIPT DAEMON CLOCK-LIBRARY: replays a transcript to a daemon, in a network namespace of its own.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "replay.h"

enum { PORT = 51820 };

static struct {
  const char *program, *library;
  char interface[16];
  char clock_path[64];
  struct transcript_clock *clock;
  pid_t daemon;
  /// The peer's socket, and one below the TUN device.
  int peer, tun;
  struct sockaddr_in end;
  char peer_key[65];
} host;

static void fail(const char *what) {
  printf("transcript-linux: %s: %s\n", what, strerror(errno));
  if (host.daemon > 0) kill(host.daemon, SIGKILL);
  unlink(host.clock_path);
  exit(1);
}

static void open_clock(const struct transcript_setup *setup) {
  snprintf(host.clock_path, sizeof host.clock_path, "/tmp/needletail-clock-XXXXXX");
  int file = mkstemp(host.clock_path);
  if (file < 0 || ftruncate(file, sizeof *host.clock) != 0) fail("no clock");
  host.clock = mmap(NULL, sizeof *host.clock, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (host.clock == MAP_FAILED) fail("no clock");
  *host.clock = (struct transcript_clock){setup->begin_ns, TRANSCRIPT_EPOCH, setup->seed};
}

static void start_daemon(void) {
  host.daemon = fork();
  if (host.daemon != 0) return;
  setenv("LD_PRELOAD", host.library, 1);
  setenv("TRANSCRIPT_CLOCK", host.clock_path, 1);
  execl(host.program, host.program, "-f", host.interface, (char *)NULL);
  _exit(127);
}

// One request to the daemon; true when it says errno=0.
static bool request(const char *text) {
  struct sockaddr_un place = {.sun_family = AF_UNIX};
  snprintf(place.sun_path, sizeof place.sun_path, "/var/run/wireguard/%s.sock", host.interface);
  int control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char answer[256] = "";
  ssize_t length = -1;
  if (connect(control, (struct sockaddr *)&place, sizeof place) == 0 && write(control, text, strlen(text)) > 0)
    length = read(control, answer, sizeof answer - 1);
  close(control);
  return length > 0 && strncmp(answer, "errno=0", 7) == 0;
}

static void hexadecimal(const uint8_t bytes[32], char text[65]) {
  for (int i = 0; i < 32; i++) sprintf(text + 2 * i, "%02x", bytes[i]);
}

static void open_peer(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t length = sizeof address;
  host.peer = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (bind(host.peer, (struct sockaddr *)&address, length) != 0) fail("no socket for the peer");
  getsockname(host.peer, (struct sockaddr *)&host.end, &length);
}

// Up, and silent by itself: without IPv6 the kernel has nothing to say on it.
static void open_tun(void) {
  char path[96];
  snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/disable_ipv6", host.interface);
  int file = open(path, O_WRONLY);
  if (file >= 0 && write(file, "1", 1) != 1) fail("IPv6 stays on");
  if (file >= 0) close(file);
  struct ifreq up = {.ifr_flags = IFF_UP};
  strcpy(up.ifr_name, host.interface);
  if (ioctl(host.peer, SIOCSIFFLAGS, &up) != 0) fail("the interface does not go up");
  host.tun = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_IP));
  struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
                              .sll_ifindex = (int)if_nametoindex(host.interface)};
  if (host.tun < 0 || bind(host.tun, (struct sockaddr *)&place, sizeof place) != 0) fail("no packet socket");
}

static bool begin(void *context, const struct transcript_setup *setup) {
  (void)context;
  open_clock(setup);
  open_peer();
  start_daemon();
  char own[65], shared[65], text[512];
  hexadecimal(setup->private_key, own);
  hexadecimal(setup->peer_key, host.peer_key);
  hexadecimal(setup->preshared_key, shared);
  snprintf(text, sizeof text,
           "set=1\nprivate_key=%s\nlisten_port=%d\npublic_key=%s\npreshared_key=%s\nendpoint=127.0.0.1:%u\n"
           "allowed_ip=10.0.0.2/32\n\n",
           own, PORT, host.peer_key, shared, ntohs(host.end.sin_port));
  for (int i = 0; i < 500; i++) {
    if (request(text)) {
      open_tun();
      // The daemon opens its sockets when it hears of the link.
      usleep(200000);
      host.end.sin_port = htons(PORT);
      return true;
    }
    if (waitpid(host.daemon, NULL, WNOHANG) != 0) break;
    usleep(20000);
  }
  return false;
}

static void set_time(void *context, uint64_t boot_ns) {
  (void)context;
  __atomic_store_n(&host.clock->boot_ns, boot_ns, __ATOMIC_SEQ_CST);
}

static bool send_packet(void *context, const uint8_t *bytes, uint32_t length) {
  (void)context;
  struct sockaddr_ll place = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP),
                              .sll_ifindex = (int)if_nametoindex(host.interface)};
  return sendto(host.tun, bytes, length, 0, (struct sockaddr *)&place, sizeof place) == (ssize_t)length;
}

static bool send_datagram(void *context, const uint8_t *bytes, uint32_t length) {
  (void)context;
  return sendto(host.peer, bytes, length, 0, (struct sockaddr *)&host.end, sizeof host.end) == (ssize_t)length;
}

static bool set_keepalive(void *context, uint16_t seconds) {
  (void)context;
  char text[256];
  snprintf(text, sizeof text, "set=1\npublic_key=%s\npersistent_keepalive_interval=%u\n\n", host.peer_key, seconds);
  return request(text);
}

static bool wait_for(int descriptor, int patience_ms) {
  struct pollfd place = {descriptor, POLLIN, 0};
  return poll(&place, 1, patience_ms) == 1;
}

static uint32_t next_datagram(void *context, uint8_t *room, int patience_ms) {
  (void)context;
  if (!wait_for(host.peer, patience_ms)) return 0;
  ssize_t length = recv(host.peer, room, TRANSCRIPT_ROOM, 0);
  return length > 0 ? (uint32_t)length : 0;
}

static uint32_t next_packet(void *context, uint8_t *room, int patience_ms) {
  (void)context;
  while (wait_for(host.tun, patience_ms)) {
    struct sockaddr_ll from;
    socklen_t size = sizeof from;
    ssize_t length = recvfrom(host.tun, room, TRANSCRIPT_ROOM, 0, (struct sockaddr *)&from, &size);
    // The socket also sees what goes the other way.
    if (length > 0 && from.sll_pkttype != PACKET_OUTGOING) return (uint32_t)length;
  }
  return 0;
}

int main(int count, char **arguments) {
  if (count != 4) {
    printf("usage: transcript-linux SCRIPT DAEMON CLOCK-LIBRARY\n");
    return 2;
  }
  host.program = arguments[2];
  host.library = arguments[3];
  snprintf(host.interface, sizeof host.interface, "ntt%d", (int)(getpid() % 1000000));
  struct transcript_host linux_host = {begin,         set_time,      send_packet, send_datagram,
                                       set_keepalive, next_datagram, next_packet, NULL};
  setvbuf(stdout, NULL, _IOLBF, 0);
  bool is_same = transcript_replay(arguments[1], "linux", &linux_host);
  if (host.daemon > 0 && kill(host.daemon, SIGTERM) == 0) waitpid(host.daemon, NULL, 0);
  unlink(host.clock_path);
  return is_same ? 0 : 1;
}
