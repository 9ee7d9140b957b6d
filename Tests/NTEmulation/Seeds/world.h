// What the parts of nt-seeds share: two adapters that are each other's peer, and actors that do to them, at once, what
// programs, the stack and the system do to an adapter.
#pragma once

#include "../Driver/bench.h"
#include "../Loader/Host/seeds.h"

#define MARKERS 65536
/// Packets that an actor sends at once.
#define BURST_MAX 12

/// One end: the adapter and who works on it.
struct end {
  struct adapter adapter;
  uint8_t number;
  /// Set while the adapter takes no calls of NDIS any more; those who make some count themselves in.
  bool is_gone;
  uint32_t callers;
  uint32_t sent, came;
  /// Of the packets that came here: the sender's markers.
  uint8_t seen[MARKERS / 8];
};

struct world {
  struct end ends[2];
  bool is_over;
  /// Actors that have not ended.
  uint32_t actors;
};

extern struct world world;

/// Nothing, a moment, or a long time, as the seed wants.
void rest(void);
/// Lets others go on for a while in which no time passes.
void linger(void);
/// Opens end `which` with its keys; false when anything fails.
bool end_open(int which);
/// Makes both ends each other's peer at the ports they have now.
void ends_introduce(bool by_v6);
/// Lets `act` run so many times at most, until the world is over.
void actor_start(void (*act)(struct end *end), struct end *end, uint32_t times);
/// A few actors that begin at once.
void storm(struct end *end);
/// Ends all actors of the world.
void actors_end(void);
/// Whether a call of NDIS may be made; then end_leave follows.
bool end_enter(struct end *end);
void end_leave(struct end *end);

// The actors.
void act_traffic(struct end *end);
void act_log(struct end *end);
void act_requests(struct end *end);
void act_stack(struct end *end);
void act_system(struct end *end);

/// One life of the driver, from loading to unloading.
void play(void);
