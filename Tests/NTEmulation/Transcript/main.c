// nt-transcript IMAGES DRIVER SCRIPT: replays a transcript to needletail.sys in the emulated kernel, whose time stands
// until every thread waits and then goes to the next deadline.
#include "../../Transcript/replay.h"

#include "../../Transcript/stream.h"
#include "../Driver/bench.h"
#include "../Loader/Host/seeds.h"
#include "../Loader/Platform/platform.h"

enum { PORT = 51821, QUEUE_MAX = 256 };

const char *bench_driver_path;

static const char *images;
static struct streams streams;
static struct nt_driver *driver;
static struct adapter adapter;
static uint8_t peer_key[32];
/// The peer's socket, and what it received; filled by a thread of its own.
static int32_t peer;
static struct platform_address end;
static struct {
  uint8_t bytes[TRANSCRIPT_ROOM];
  uint32_t length;
} queue[QUEUE_MAX];
static uint32_t queue_first, queue_count, packets_taken;

static void draw(uint8_t *bytes, uint64_t length) { stream_draw(&streams, bytes, length); }

static void listen_as_peer(void *unused) {
  (void)unused;
  for (;;) {
    struct platform_address from;
    uint32_t place = (queue_first + queue_count) % QUEUE_MAX;
    int32_t length = platform_udp_receive(peer, &from, queue[place].bytes, TRANSCRIPT_ROOM);
    if (length < 0) return;
    if (queue_count == QUEUE_MAX) platform_fail("the driver sends without end");
    queue[place].length = (uint32_t)length;
    queue_count++;
  }
}

static bool add_peer(const struct transcript_setup *setup) {
  struct {
    struct interface_record interface;
    struct peer_record peer;
    struct allowed_record allowed;
  } request;
  memset(&request, 0, sizeof request);
  request.interface.flags = INTERFACE_PRIVATE_KEY | INTERFACE_PORT;
  request.interface.port = PORT - 1;
  request.interface.peer_count = 1;
  memcpy(request.interface.private_key, setup->private_key, 32);
  request.peer.flags = PEER_PUBLIC_KEY | PEER_PRESHARED_KEY | PEER_ENDPOINT;
  memcpy(request.peer.public_key, setup->peer_key, 32);
  memcpy(request.peer.preshared_key, setup->preshared_key, 32);
  request.peer.endpoint[0] = 2;
  memcpy(&request.peer.endpoint[2], (uint8_t[]){PORT >> 8, PORT & 255, 127, 0, 0, 1}, 6);
  request.peer.allowed_count = 1;
  request.allowed = (struct allowed_record){{10, 0, 0, 2}, 2, 32, 0, 0};
  return adapter_set(&adapter, &request, sizeof request) == NT_SUCCESS;
}

static bool begin(void *context, const struct transcript_setup *setup) {
  (void)context;
  streams.seed = setup->seed;
  memcpy(peer_key, setup->peer_key, 32);
  nt_seed(setup->seed);
  nt_clock(setup->begin_ns, TRANSCRIPT_EPOCH);
  nt_random_from(draw);
  nt_network(0, 0, 0);
  int32_t status;
  if (!nt_start(images) || (driver = bench_load(&status)) == NULL) return false;
  bench_call_as(CALLER_ADMINISTRATOR);
  struct platform_address own = {.family = 4, .port = PORT};
  peer = platform_udp_open(4);
  if (platform_udp_bind(peer, &own) != 0 || !adapter_open(&adapter, 1)) return false;
  void(NT_ABI * EmulNetioSetMtu)(uint64_t, uint32_t) =
      (void(NT_ABI *)(uint64_t, uint32_t))nt_export("netio.sys", "EmulNetioSetMtu");
  EmulNetioSetMtu(1, 1420);
  nt_thread_start(listen_as_peer, NULL);
  end =
      (struct platform_address){.family = 4, .port = PORT - 1, .address = {127, 0, 0, 1}, .traffic_class = UINT32_MAX};
  return add_peer(setup) && adapter_state(&adapter, 1) == NT_SUCCESS;
}

static void set_time(void *context, uint64_t boot_ns) {
  (void)context;
  if (boot_ns > nt_time_ns()) nt_sleep_ns(boot_ns - nt_time_ns());
}

static bool send_packet(void *context, const uint8_t *bytes, uint32_t length) {
  (void)context;
  return adapter_send(&adapter, bytes, length, true) == NT_SUCCESS;
}

static bool send_datagram(void *context, const uint8_t *bytes, uint32_t length) {
  (void)context;
  return platform_udp_send(peer, &end, bytes, length) == (int32_t)length;
}

static bool set_keepalive(void *context, uint16_t seconds) {
  (void)context;
  struct {
    struct interface_record interface;
    struct peer_record peer;
  } request;
  memset(&request, 0, sizeof request);
  request.interface.peer_count = 1;
  request.peer.flags = PEER_PUBLIC_KEY | PEER_KEEPALIVE | PEER_UPDATE;
  request.peer.keepalive = seconds;
  memcpy(request.peer.public_key, peer_key, 32);
  return adapter_set(&adapter, &request, sizeof request) == NT_SUCCESS;
}

// Time passes only when everybody else waits: after a nanosecond all that can happen now has happened. The driver's
// clock counts hundreds of them, so it sees none of this.
static void settle(void) { nt_sleep_ns(1); }

static uint32_t next_datagram(void *context, uint8_t *room, int patience_ms) {
  (void)context, (void)patience_ms;
  settle();
  if (queue_count == 0) return 0;
  uint32_t length = queue[queue_first].length;
  memcpy(room, queue[queue_first].bytes, length);
  queue_first = (queue_first + 1) % QUEUE_MAX;
  queue_count--;
  return length;
}

static uint32_t next_packet(void *context, uint8_t *room, int patience_ms) {
  (void)context, (void)patience_ms;
  settle();
  if (packets_taken == adapter.packet_count) return 0;
  struct packet *packet = &adapter.packets[packets_taken++];
  memcpy(room, packet->bytes, packet->length < TRANSCRIPT_ROOM ? packet->length : TRANSCRIPT_ROOM);
  return packet->length;
}

int main(int count, char **arguments) {
  if (count != 4) {
    printf("usage: nt-transcript IMAGES DRIVER SCRIPT\n");
    return 2;
  }
  images = arguments[1];
  bench_driver_path = arguments[2];
  struct transcript_host host = {begin,         set_time,      send_packet, send_datagram,
                                 set_keepalive, next_datagram, next_packet, NULL};
  setvbuf(stdout, NULL, _IOLBF, 0);
  bool is_same = transcript_replay(arguments[3], "driver", &host);
  if (driver == NULL) return 1;
  adapter_close(&adapter);
  bench_unload(driver);
  return is_same && bench_failures == 0 ? 0 : 1;
}
