// Strands: the kernel's threads when a seed decides who runs. Each has a stack of its own; one thread of Linux runs
// them all, one at a time.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define STRAND_STACK_BYTES (256u << 10)

enum strand_state { STRAND_READY, STRAND_WAITING, STRAND_ENDED };

struct strand {
  struct strand *next;
  uint32_t number;
  enum strand_state state;
  void *stack_pointer, *stack, *region;
  void (*entry)(void *context);
  void *context;
  // what it waits for: a word until a deadline, and what a reader is told of it
  const uint32_t *word;
  uint64_t deadline_ns;
  int is_late;
  const char *waits_for;
  const void *object;
  /// Among strands that are ready the highest runs, when the seed has chosen to go by priority.
  uint32_t priority;
};

/// Makes a strand that has not run; NULL when there is no memory for it.
struct strand *strand_create(void (*entry)(void *context), void *context);
/// The strand of the calling thread, whose stack it runs on.
struct strand *strand_adopt(void);
void strand_destroy(struct strand *strand);
/// Goes on with `to`; returns when somebody goes on with `from`.
void strand_switch(struct strand *from, struct strand *to);
/// Names the places in images that its stack leads through, from `pointer` on.
void strand_describe(const struct strand *strand, const void *pointer);
/// Sets what GS points at for the strand that runs.
void strand_set_region(struct strand *strand, void *region);
