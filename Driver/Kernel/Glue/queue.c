// Bounded queues of frames, behind a spin lock that is held for a few instructions a frame. Up to DISPATCH_LEVEL.
#include "adapter.h"

void nt_queue_open(struct nt_queue *queue, ULONG limit) {
  KeInitializeSpinLock(&queue->lock);
  queue->first = queue->last = NULL;
  queue->count = 0;
  queue->limit = limit;
}

bool nt_queue_append(struct nt_queue *queue, struct shell_frame *frame) {
  frame->next = NULL;
  KIRQL irql;
  KeAcquireSpinLock(&queue->lock, &irql);
  bool has_room = queue->count < queue->limit;
  if (has_room) {
    if (queue->last != NULL)
      queue->last->next = frame;
    else
      queue->first = frame;
    queue->last = frame;
    queue->count++;
  }
  KeReleaseSpinLock(&queue->lock, irql);
  return has_room;
}

struct shell_frame *nt_queue_take(struct nt_queue *queue, ULONG limit) {
  KIRQL irql;
  KeAcquireSpinLock(&queue->lock, &irql);
  struct shell_frame *chain = queue->first, *last = NULL;
  ULONG taken = 0;
  for (struct shell_frame *frame = chain; frame != NULL && taken < limit; frame = frame->next) {
    last = frame;
    taken++;
  }
  if (last == NULL) {
    chain = NULL;
  } else {
    queue->first = last->next;
    if (queue->first == NULL) queue->last = NULL;
    last->next = NULL;
    queue->count -= taken;
  }
  KeReleaseSpinLock(&queue->lock, irql);
  return chain;
}

struct shell_frame *host_take_outbound(void *adapter, uint32_t limit) {
  return nt_queue_take(&((struct nt_adapter *)adapter)->outbound, limit);
}

struct shell_frame *host_take_inbound(void *adapter, uint32_t limit) {
  return nt_queue_take(&((struct nt_adapter *)adapter)->inbound, limit);
}
