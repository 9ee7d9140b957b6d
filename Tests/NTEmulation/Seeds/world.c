// The two ends, their packets and their actors.
#include "world.h"

#define NDIS(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ndis.sys", #name)

struct world world;
static uint32_t next_marker;

void rest(void) {
  if (nt_choose(2)) return;
  static const uint64_t longest[] = {1, 1000, 1000000, 30000000, 700000000, 8000000000};
  nt_sleep_ns(1 + nt_choose((uint32_t)(longest[nt_choose(6)] / 8 + 1)) * 8ull);
}

void linger(void) {
  for (uint32_t points = nt_choose(1u << nt_choose(10)); points > 0; points--) nt_point();
}

// Every packet is as it was sent, goes to this end and comes once.
static NT_ABI void received(void *context, const uint8_t *bytes, uint32_t length) {
  struct end *end = context;
  bool is_v6 = bytes[0] >> 4 == 6;
  uint32_t marker, header = is_v6 ? 40 : 20;
  EXPECT(length >= header + 4);
  memcpy(&marker, bytes + header, 4);
  static uint8_t wanted[2000];
  packet_make(wanted, length, is_v6, (uint8_t)(3 - end->number), end->number, marker);
  EXPECT(length <= sizeof wanted && memcmp(bytes, wanted, length) == 0);
  marker %= MARKERS;
  EXPECT(!(end->seen[marker / 8] & 1 << marker % 8));
  end->seen[marker / 8] |= (uint8_t)(1 << marker % 8);
  end->came++;
}

bool end_open(int which) {
  NDIS(void, EmulNdisReceive, void *, void (NT_ABI *)(void *, const uint8_t *, uint32_t), void *);
  struct end *end = &world.ends[which];
  end->number = (uint8_t)(which + 1);
  end->is_gone = false;
  if (!adapter_open(&end->adapter, end->number)) return false;
  EmulNdisReceive(end->adapter.ndis, received, end);
  return adapter_state(&end->adapter, 1) == NT_SUCCESS && adapter_identify(&end->adapter, end->number) == NT_SUCCESS;
}

void ends_introduce(bool by_v6) {
  for (int i = 0; i < 2; i++) {
    struct adapter *adapter = &world.ends[i].adapter;
    EXPECT(adapter_identify(adapter, (uint8_t)(i + 1)) == NT_SUCCESS);
  }
  for (int i = 0; i < 2; i++)
    EXPECT(
        adapter_add_peer(&world.ends[i].adapter, &world.ends[1 - i].adapter, (uint8_t)(2 - i), by_v6, 0) ==
        NT_SUCCESS);
}

bool end_enter(struct end *end) {
  if (end->is_gone) return false;
  end->callers++;
  return true;
}

void end_leave(struct end *end) {
  end->callers--;
  nt_wake(&end->callers);
}

struct actor {
  void (*act)(struct end *end);
  struct end *end;
  uint32_t times;
};

static void act(void *context) {
  struct actor actor = *(struct actor *)context;
  free(context);
  while (!world.is_over && actor.times-- > 0) {
    actor.act(actor.end);
    rest();
  }
  world.actors--;
  nt_wake(&world.actors);
}

void actor_start(void (*routine)(struct end *), struct end *end, uint32_t times) {
  struct actor *actor = malloc(sizeof *actor);
  *actor = (struct actor){routine, end, times};
  world.actors++;
  nt_thread_start(act, actor);
}

void actors_end(void) {
  world.is_over = true;
  for (uint32_t left; (left = world.actors) != 0;) nt_wait(&world.actors, left);
  world.is_over = false;
}

void storm(struct end *end) {
  static void (*const acts[])(struct end *) = {act_traffic, act_log, act_log, act_requests, act_requests};
  for (uint32_t i = 2 + nt_choose(5); i > 0; i--) actor_start(acts[nt_choose(5)], end, 1);
  linger();
}

// A burst of packets of any length and either family.
void act_traffic(struct end *end) {
  uint8_t packet[1420];
  for (uint32_t burst = 1 + nt_choose(BURST_MAX); burst > 0; burst--) {
    bool is_v6 = nt_choose(4) == 0, raised = nt_choose(2);
    uint32_t length = 44 + nt_choose(nt_choose(2) ? 60 : sizeof packet - 44);
    packet_make(packet, length, is_v6, end->number, (uint8_t)(3 - end->number), next_marker++ % MARKERS);
    if (!end_enter(end)) return;
    int32_t status = adapter_send(&end->adapter, packet, length, raised);
    end_leave(end);
    EXPECT(status == NT_SUCCESS || status == PAUSED || status == MEDIA_DISCONNECTED);
    end->sent++;
  }
}
