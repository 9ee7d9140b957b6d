// netio.sys: datagrams that never meet the host, for measurements: sends are counted and perhaps shown, and datagrams
// of the test's arrive many at a time.
#include "netio_parts.h"

#define SOCKETS 16
#define LOT 64

typedef void (*emul_sink)(void *context, const uint8_t *bytes, uint32_t length);

static struct emul_socket *sockets[SOCKETS];
static uint32_t swallows;
static emul_sink sink;
static void *sink_context;
static volatile LONG swallowed;

void emul_memory_know(struct emul_socket *socket, BOOLEAN exists) {
  for (int i = 0; i < SOCKETS; i++) {
    if (sockets[i] != (exists ? NULL : socket)) continue;
    sockets[i] = exists ? socket : NULL;
    return;
  }
}

BOOLEAN emul_memory_takes(WSK_BUF_LIST *buffers, uint32_t segment) {
  if (!swallows) return FALSE;
  LONG count = 0;
  for (WSK_BUF_LIST *next = buffers; next != NULL; next = next->Next, count++) {
    if (sink == NULL) continue;
    SIZE_T left = next->Buffer.Length;
    for (PMDL mdl = next->Buffer.Mdl; left > 0; mdl = mdl->Next) {
      // The driver sends frames, each in one piece.
      ULONG length = MmGetMdlByteCount(mdl);
      REQUIRE(next->Buffer.Offset == 0 && length <= left && (length == left || length == segment));
      left -= length;
      EmulVectorsForget();
      sink(sink_context, MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority), length);
      EmulVectorsMark();
    }
  }
  InterlockedExchangeAdd(&swallowed, count);
  return TRUE;
}

/// From now on datagrams are counted instead of sent, and shown to `show` if there is one.
void EmulNetioSwallow(uint32_t swallow, emul_sink show, void *context) {
  sink_context = context;
  sink = show;
  swallows = swallow;
  swallowed = 0;
}

uint32_t EmulNetioSwallowed(void) { return (uint32_t)swallowed; }

static struct emul_socket *find(uint16_t port) {
  for (int i = 0; i < SOCKETS; i++) {
    struct platform_address address;
    memset(&address, 0, sizeof address);
    address.family = 4;
    if (sockets[i] == NULL || sockets[i]->family != AF_INET || !sockets[i]->is_bound) continue;
    if (platform_udp_name(sockets[i]->handle, &address) == 0 && address.port == port) return sockets[i];
  }
  return NULL;
}

/// `count` datagrams of `length` bytes, one behind the other, arrive at an IPv4 port from another of 127.0.0.1, at most
/// 64 in one call of the driver.
void EmulNetioArrive(uint16_t port, uint16_t from, uint8_t *bytes, uint32_t length, uint32_t count) {
  static WSK_DATAGRAM_INDICATION lot[LOT];
  static PMDL mdls[LOT];
  struct emul_socket *socket = find(port);
  REQUIRE(socket != NULL);
  SOCKADDR_INET remote;
  memset(&remote, 0, sizeof remote);
  remote.Ipv4.sin_family = AF_INET;
  remote.Ipv4.sin_port = __builtin_bswap16(from);
  memcpy(remote.Ipv4.sin_addr, (uint8_t[]){127, 0, 0, 1}, 4);
  while (count > 0) {
    uint32_t part = count < LOT ? count : LOT;
    EmulOwn(1);
    for (uint32_t i = 0; i < part; i++, bytes += length) {
      mdls[i] = IoAllocateMdl(bytes, length, FALSE, FALSE, NULL);
      REQUIRE(mdls[i] != NULL);
      MmBuildMdlForNonPagedPool(mdls[i]);
      lot[i] = (WSK_DATAGRAM_INDICATION){
          i + 1 < part ? &lot[i + 1] : NULL, {mdls[i], 0, length}, NULL, 0, (SOCKADDR *)&remote};
    }
    EmulOwn(-1);
    EmulVectorsMark();
    EmulIrqlSet(DISPATCH_LEVEL);
    NTSTATUS status = socket->client->WskReceiveFromEvent(socket->context, WSK_FLAG_AT_DISPATCH_LEVEL, lot);
    EmulIrqlSet(PASSIVE_LEVEL);
    EmulThreadCheck("a receive callback");
    REQUIRE(status == STATUS_SUCCESS);
    for (uint32_t i = 0; i < part; i++) IoFreeMdl(mdls[i]);
    count -= part;
  }
}
