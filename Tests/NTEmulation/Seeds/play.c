// One life of the driver: all at once for a while, then quiet, in which everything must work again; then an adapter is
// taken away while the other sends to it.
#include "world.h"

#define NDIS(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ndis.sys", #name)

#define SECOND 1000000000ull
#define FOR_EVER UINT32_MAX

static void actors_start(struct end *end) {
  actor_start(act_traffic, end, FOR_EVER);
  if (nt_choose(2)) actor_start(act_traffic, end, FOR_EVER);
  for (uint32_t i = 1 + nt_choose(2); i > 0; i--) actor_start(act_log, end, FOR_EVER);
  for (uint32_t i = nt_choose(3); i > 0; i--) actor_start(act_requests, end, FOR_EVER);
  if (nt_choose(2)) actor_start(act_stack, end, FOR_EVER);
  if (nt_choose(3)) actor_start(act_system, end, FOR_EVER);
}

// Whatever was lost before, a packet gets through within a minute each way: a handshake is tried every five seconds.
// Two that cross are both in vain; what keeps them apart is a jitter of 333 ms, of which a clock that ticks more rarely
// than a real one would leave too little.
static void must_work(void) {
  nt_clock_ticks();
  nt_network(0, 0, 1000000);
  struct interface_record any_port = {.flags = INTERFACE_PORT};
  for (int i = 0; i < 2; i++) {
    EXPECT(adapter_set(&world.ends[i].adapter, &any_port, sizeof any_port) == NT_SUCCESS);
    int32_t status = adapter_state(&world.ends[i].adapter, 1);
    EXPECT(status == NT_SUCCESS || status == STATUS_ALREADY_COMPLETE);
  }
  ends_introduce(nt_choose(2));
  for (int i = 0; i < 2; i++) {
    uint32_t before = world.ends[1 - i].came;
    for (int tries = 0; tries < 60 && world.ends[1 - i].came == before; tries++) {
      act_traffic(&world.ends[i]);
      nt_sleep_ns(SECOND);
    }
    EXPECT(world.ends[1 - i].came > before);
  }
}

// A session's life and more: packets now and then, with the sessions renewed as time passes. What is lost is at most a
// burst a renewal: handshakes that cross leave a session that the next one puts in the place of the one in use, as the
// protocol says.
static void grow_old(void) {
  uint32_t before = world.ends[1].came, sent = world.ends[0].sent;
  for (uint64_t end = nt_time_ns() + 300 * SECOND; nt_time_ns() < end; nt_sleep_ns(20 * SECOND + nt_choose(SECOND)))
    act_traffic(&world.ends[0]);
  nt_sleep_ns(SECOND);
  EXPECT(world.ends[1].came - before + 2 * BURST_MAX >= world.ends[0].sent - sent);
}

static void remove_end(int which) {
  NDIS(int32_t, EmulNdisPause, void *);
  NDIS(void, EmulNdisHalt, void *);
  NDIS(int32_t, EmulNdisPnp, void *, uint32_t);
  struct end *end = &world.ends[which];
  end->is_gone = true;
  storm(end);
  for (uint32_t callers; (callers = end->callers) != 0;) nt_wait(&end->callers, callers);
  if (nt_choose(2)) EmulNdisPnp(end->adapter.ndis, nt_choose(2) ? 1 : 0x17);
  linger();
  EXPECT(EmulNdisPause(end->adapter.ndis) == NT_SUCCESS);
  EmulNdisHalt(end->adapter.ndis);
  nt_trace(end->came);
}

void play(void) {
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  EXPECT(end_open(0) && end_open(1));
  nt_network(nt_choose(3) ? 0 : nt_choose(200), nt_choose(3) ? 0 : nt_choose(200), nt_choose(2) ? 100000 : 40000000);
  ends_introduce(nt_choose(2));
  for (int i = 0; i < 2; i++) actors_start(&world.ends[i]);
  nt_sleep_ns(nt_choose(20) * SECOND / 2);
  actors_end();
  must_work();
  if (nt_choose(4) == 0) grow_old();
  // Adapters go and come under traffic, and at last both go.
  for (int i = 0; i < 2; i++) actors_start(&world.ends[i]);
  for (uint32_t turns = nt_choose(4); turns > 0; turns--) {
    int which = (int)nt_choose(2);
    nt_sleep_ns(nt_choose(SECOND));
    remove_end(which);
    // Whoever still has the old one's file open must be done with it.
    actors_end();
    nt_close(world.ends[which].adapter.file);
    EXPECT(end_open(which));
    ends_introduce(nt_choose(2));
    for (int i = 0; i < 2; i++) actors_start(&world.ends[i]);
  }
  nt_sleep_ns(nt_choose(SECOND));
  for (int i = 0; i < 2; i++) remove_end(i);
  actors_end();
  for (int i = 0; i < 2; i++) nt_close(world.ends[i].adapter.file);
  bench_unload(driver);
  nt_memory_check();
}
