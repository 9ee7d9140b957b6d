// Who runs. A seed goes one of two ways at the points: it leaves the strand that runs with a probability it drew, for
// any other that is ready; or it keeps to priorities that it gave, and takes them away at a few points. The first finds
// what many changes bring about, the second what needs one strand to be left for long.
#include "schedule.h"

#include <stdio.h>
#include <stdlib.h>

#include "../Host/faults.h"
#include "../Platform/platform.h"
#include "random.h"
#include "step.h"
#include "strand.h"
#include "trace.h"

#define START_NS 100000000000ull
/// When it booted: the first second of 2026.
#define EPOCH_S 1767225600ull
/// The clock's tick: what is due within it may come together.
#define TICK_NS 15625000

static struct strand *strands, *current, *ended;
static uint32_t last_number;
static uint64_t now_ns = START_NS, epoch_s = EPOCH_S, points, changes;
static uint64_t point_limit = UINT64_MAX, time_limit = UINT64_MAX;
static int is_on, is_exact, goes_by_priority;
/// One point in so many is one at which something happens.
static uint32_t sparsity;
/// One point in so many begins a count of instructions; 0: none does.
static uint32_t step_sparsity;
/// Waits end at multiples of it, as at ticks of a clock: so they end together.
static uint64_t grain_ns;

static void interrupt(void);

int seeded_on(void) { return is_on; }

static void enlist(struct strand *strand) {
  struct strand **link = &strands;
  while (*link != NULL) link = &(*link)->next;
  *link = strand;
  strand->number = ++last_number;
  strand->priority = 0x100 + seeded_below(STREAM_SCHEDULE, 0x10000);
}

void seeded_start(uint64_t seed) {
  seeded_random_start(seed);
  is_on = 1;
  goes_by_priority = seeded_below(STREAM_SCHEDULE, 3) == 0;
  sparsity = 1u << (goes_by_priority ? 4 + seeded_below(STREAM_SCHEDULE, 7) : seeded_below(STREAM_SCHEDULE, 8));
  if (seeded_below(STREAM_SCHEDULE, 8) == 0 && step_start(interrupt))
    step_sparsity = 64u << seeded_below(STREAM_SCHEDULE, 5);
  static const uint64_t grains[] = {1, 1000000, TICK_NS, 10 * TICK_NS};
  grain_ns = grains[seeded_below(STREAM_SCHEDULE, 4)];
  current = strand_adopt();
  if (current == NULL) platform_fail("no memory for a strand");
  enlist(current);
}

static uint32_t count_ready(void) {
  uint32_t count = 0;
  for (struct strand *s = strands; s != NULL; s = s->next) count += s->state == STRAND_READY;
  return count;
}

static struct strand *nth_ready(uint32_t n) {
  struct strand *s = strands;
  for (;; s = s->next)
    if (s->state == STRAND_READY && n-- == 0) return s;
}

static struct strand *highest_ready(void) {
  struct strand *best = NULL;
  for (struct strand *s = strands; s != NULL; s = s->next)
    if (s->state == STRAND_READY && (best == NULL || s->priority > best->priority)) best = s;
  return best;
}

static void give_up(const char *why) {
  seeded_report();
  platform_fail(why);
}

// Nobody can run: the time of the earliest deadline comes, and now and then up to a tick more.
static void pass_time(void) {
  uint64_t next = UINT64_MAX;
  for (struct strand *s = strands; s != NULL; s = s->next)
    if (s->state == STRAND_WAITING && s->deadline_ns < next) next = s->deadline_ns;
  if (next == UINT64_MAX) give_up("deadlock: nothing can run, and no time will change that");
  if (next > now_ns) now_ns = next;
  if (!is_exact && seeded_below(STREAM_SCHEDULE, 4) == 0) now_ns += seeded_below(STREAM_SCHEDULE, TICK_NS);
  if (now_ns > time_limit) give_up("no end: the time is up");
  for (struct strand *s = strands; s != NULL; s = s->next) {
    if (s->state != STRAND_WAITING || s->deadline_ns > now_ns) continue;
    s->state = STRAND_READY;
    s->is_late = 1;
  }
  trace_add(TRACE_TIME, now_ns, NULL, 0);
  nt_faults_refresh();
}

static void go_on_with(struct strand *next) {
  if (next == current) return;
  step_end();
  struct strand *left = current;
  changes++;
  trace_add(TRACE_RUN, points << 16 | next->number, NULL, 0);
  current = next;
  strand_switch(left, next);
  // Whoever ended cannot free the stack it stands on.
  if (ended != NULL && ended != current) {
    strand_destroy(ended);
    ended = NULL;
  }
}

static void leave(void) {
  uint32_t ready;
  while ((ready = count_ready()) == 0) pass_time();
  go_on_with(goes_by_priority ? highest_ready() : nth_ready(seeded_below(STREAM_SCHEDULE, ready)));
}

static void interrupt(void) {
  points++;
  if (goes_by_priority) current->priority = seeded_below(STREAM_SCHEDULE, 0x100);
  leave();
}

void seeded_point(void) {
  if (++points > point_limit) give_up("no end: too much has happened");
  if (sparsity > 1 && seeded_below(STREAM_SCHEDULE, sparsity) != 0) return;
  if (goes_by_priority) current->priority = seeded_below(STREAM_SCHEDULE, 0x100);
  leave();
}

void seeded_point_of_image(void) {
  seeded_point();
  if (step_sparsity > 0 && seeded_below(STREAM_SCHEDULE, step_sparsity) == 0)
    step_begin(1 + seeded_below(STREAM_SCHEDULE, 2u << seeded_below(STREAM_SCHEDULE, 7)));
}

void seeded_yield(void) {
  points++;
  if (points > point_limit) seeded_point();
  if (goes_by_priority) current->priority = seeded_below(STREAM_SCHEDULE, 0x10);
  uint32_t ready = count_ready();
  if (ready < 2) {
    // It looks for something that only time can bring.
    current->state = STRAND_WAITING;
    current->word = NULL;
    current->deadline_ns = now_ns + 1000;
    leave();
    return;
  }
  current->state = STRAND_WAITING;
  struct strand *next = goes_by_priority ? highest_ready() : nth_ready(seeded_below(STREAM_SCHEDULE, ready - 1));
  current->state = STRAND_READY;
  go_on_with(next);
}

uint32_t seeded_futex_wait(const uint32_t *word, uint32_t expected, uint64_t deadline_ns) {
  if (deadline_ns <= now_ns) return 0;
  if (*word != expected) return 1;
  current->state = STRAND_WAITING;
  current->word = word;
  current->deadline_ns = deadline_ns > UINT64_MAX / 2 ? UINT64_MAX : (deadline_ns + grain_ns - 1) / grain_ns * grain_ns;
  current->is_late = 0;
  leave();
  return !current->is_late;
}

void seeded_futex_wake(const uint32_t *word, uint32_t count) {
  for (; count > 0; count--) {
    uint32_t waiters = 0;
    for (struct strand *s = strands; s != NULL; s = s->next) waiters += s->state == STRAND_WAITING && s->word == word;
    if (waiters == 0) break;
    uint32_t chosen = waiters == 1 ? 0 : seeded_below(STREAM_SCHEDULE, waiters);
    struct strand *s = strands;
    while (s->state != STRAND_WAITING || s->word != word || chosen-- > 0) s = s->next;
    s->state = STRAND_READY;
  }
  seeded_point();
}

int seeded_thread_start(void (*entry)(void *), void *context) {
  struct strand *strand = strand_create(entry, context);
  if (strand == NULL) return 0;
  enlist(strand);
  seeded_point();
  return 1;
}

void seeded_thread_set_region(void *region) { strand_set_region(current, region); }

void seeded_thread_end(void) {
  struct strand **link = &strands;
  while (*link != current) link = &(*link)->next;
  *link = current->next;
  current->state = STRAND_ENDED;
  if (ended != NULL) strand_destroy(ended);
  ended = current;
  leave();
  abort();
}

void seeded_waits_for(const char *what, const void *object) {
  current->waits_for = what;
  current->object = object;
}

uint64_t seeded_time_ns(void) { return now_ns; }

uint64_t seeded_epoch_s(void) { return epoch_s; }

void seeded_clock_ticks(void) {
  if (grain_ns > TICK_NS) grain_ns = TICK_NS;
}

void seeded_clock(uint64_t boot_ns, uint64_t boot_epoch_s) {
  now_ns = boot_ns;
  epoch_s = boot_epoch_s;
  is_exact = 1;
  grain_ns = 1;
}

void seeded_count(uint64_t *passed, uint64_t *changed) {
  *passed = points;
  *changed = changes;
}

void seeded_limit(uint64_t more_points, uint64_t more_time_ns) {
  point_limit = points + more_points;
  time_limit = now_ns + more_time_ns;
}

void seeded_describe(const void *stack_pointer) { strand_describe(current, stack_pointer); }

void seeded_report(void) {
  fflush(stdout);
  fprintf(stderr, "nt: %llu points, %.3f s of virtual time\n", (unsigned long long)points,
          (double)(now_ns - START_NS) / 1e9);
  for (struct strand *s = strands; s != NULL; s = s->next) {
    static const char *const states[] = {"ready", "waits", "ended"};
    fprintf(stderr, "nt: strand %u %s%s%s", s->number, s == current ? "was running, " : "", states[s->state],
            s->waits_for != NULL ? " for " : "");
    if (s->waits_for != NULL) fprintf(stderr, "%s %p", s->waits_for, s->object);
    if (s->state == STRAND_WAITING && s->deadline_ns != UINT64_MAX)
      fprintf(stderr, " until %.3f s", ((double)s->deadline_ns - (double)START_NS) / 1e9);
    fputc('\n', stderr);
    strand_describe(s, s == current ? __builtin_frame_address(0) : s->stack_pointer);
  }
}
