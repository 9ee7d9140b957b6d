// A bounded queue of frames between raised IRQL and the workers.
#pragma once

#include <nt/kernel.h>
#include <shell/frame.h>

struct nt_queue {
  KSPIN_LOCK lock;
  struct shell_frame *first, *last;
  ULONG count, limit;
};

void nt_queue_open(struct nt_queue *queue, ULONG limit);
/// Adds a frame; false when the queue is full, and the frame stays the caller's.
bool nt_queue_append(struct nt_queue *queue, struct shell_frame *frame);
/// Takes up to `limit` frames as a chain, oldest first; NULL when there are none.
struct shell_frame *nt_queue_take(struct nt_queue *queue, ULONG limit);
