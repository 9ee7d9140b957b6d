// Waits. An object that becomes signaled hands what it has to its waiters at once, oldest first, under one lock: a
// synchronization event set once ends exactly one wait, whoever runs next.
#include <emulation.h>

struct emul_mutex emul_dispatcher;

void emul_header_initialize(DISPATCHER_HEADER *header, UCHAR type, ULONG size, LONG state) {
  RtlZeroMemory(header, sizeof *header);
  header->Type = type;
  header->Size = (UCHAR)(size / sizeof(ULONG));
  header->SignalState = state;
  InitializeListHead(&header->WaitListHead);
}

#define TYPE_SYNCHRONIZATION_EVENT 1
#define TYPE_MUTANT 2
#define TYPE_SEMAPHORE 5
#define TYPE_SYNCHRONIZATION_TIMER 9

static BOOLEAN may_take(DISPATCHER_HEADER *object, struct emul_thread *thread) {
  if (object->SignalState > 0) return TRUE;
  return object->Type == TYPE_MUTANT && ((PKMUTANT)object)->OwnerThread == (PKTHREAD)thread;
}

static void take(DISPATCHER_HEADER *object, struct emul_thread *thread) {
  switch (object->Type) {
    case TYPE_SYNCHRONIZATION_EVENT:
    case TYPE_SYNCHRONIZATION_TIMER:
      object->SignalState = 0;
      break;
    case TYPE_SEMAPHORE:
      object->SignalState--;
      break;
    case TYPE_MUTANT:
      object->SignalState--;
      ((PKMUTANT)object)->OwnerThread = (PKTHREAD)thread;
      thread->mutex_count++;
      break;
  }
}

static BOOLEAN may_take_all(struct emul_thread *thread) {
  for (uint32_t i = 0; i < thread->wait_count; i++)
    if (!may_take(thread->blocks[i].object, thread)) return FALSE;
  return TRUE;
}

static void unlink_blocks(struct emul_thread *thread) {
  for (uint32_t i = 0; i < thread->wait_count; i++) RemoveEntryList(&thread->blocks[i].link);
}

void emul_wake_waiters(DISPATCHER_HEADER *object) {
  // What a waiter takes may come from other objects too, so the list is read from its start after each.
  for (LIST_ENTRY *link = object->WaitListHead.Flink; link != &object->WaitListHead;) {
    struct emul_wait_block *block = CONTAINING_RECORD(link, struct emul_wait_block, link);
    struct emul_thread *thread = block->thread;
    link = link->Flink;
    if (!may_take(object, thread) || (thread->wait_all && !may_take_all(thread))) continue;
    if (thread->wait_all)
      for (uint32_t i = 0; i < thread->wait_count; i++) take(thread->blocks[i].object, thread);
    else
      take(object, thread);
    thread->wait_status = thread->wait_all ? STATUS_SUCCESS : block->status;
    unlink_blocks(thread);
    __atomic_store_n(&thread->woken, 1, __ATOMIC_RELEASE);
    platform_futex_wake(&thread->woken, 1);
    link = object->WaitListHead.Flink;
  }
}

uint64_t emul_deadline_ns(const LARGE_INTEGER *timeout) {
  if (timeout == NULL) return EMUL_FOR_EVER;
  int64_t relative = timeout->QuadPart;
  if (relative > 0) {
    relative = (int64_t)platform_wall_time_100ns() - relative;
    if (relative > 0) relative = 0;
  }
  uint64_t wait_100ns = (uint64_t)-relative;
  return wait_100ns > UINT64_MAX / 200 ? EMUL_FOR_EVER - 1 : platform_boot_time_ns() + wait_100ns * 100;
}

static NTSTATUS wait(ULONG count, void **objects, BOOLEAN all, const LARGE_INTEGER *timeout) {
  struct emul_thread *self = emul_self();
  BOOLEAN poll = timeout != NULL && timeout->QuadPart == 0;
  if (emul_irql() > (poll ? DISPATCH_LEVEL : APC_LEVEL)) emul_fail("wait-at-dispatch: wait at %u", emul_irql());
  if (count == 0 || count > MAXIMUM_WAIT_OBJECTS) emul_fail("wait-object: wait for %u objects", count);
  uint64_t deadline = emul_deadline_ns(timeout);
  emul_mutex_lock(&emul_dispatcher);
  self->wait_count = count;
  self->wait_all = all;
  for (ULONG i = 0; i < count; i++) {
    self->blocks[i].thread = self;
    self->blocks[i].object = objects[i];
    self->blocks[i].status = (NTSTATUS)(STATUS_WAIT_0 + i);
    if (self->blocks[i].object->WaitListHead.Flink == NULL)
      emul_fail("wait-object: wait for %p, which is no object", objects[i]);
  }
  if (all ? may_take_all(self) : FALSE) {
    for (ULONG i = 0; i < count; i++) take(objects[i], self);
    emul_mutex_unlock(&emul_dispatcher);
    return STATUS_SUCCESS;
  }
  for (ULONG i = 0; !all && i < count; i++) {
    if (!may_take(objects[i], self)) continue;
    take(objects[i], self);
    emul_mutex_unlock(&emul_dispatcher);
    return (NTSTATUS)(STATUS_WAIT_0 + i);
  }
  if (poll) {
    emul_mutex_unlock(&emul_dispatcher);
    return STATUS_TIMEOUT;
  }
  self->woken = 0;
  for (ULONG i = 0; i < count; i++) InsertTailList(&self->blocks[i].object->WaitListHead, &self->blocks[i].link);
  emul_mutex_unlock(&emul_dispatcher);
  platform_waits_for(
      all         ? "all of several objects, the first"
      : count > 1 ? "one of several objects, the first"
                  : "object",
      objects[0]);
  while (__atomic_load_n(&self->woken, __ATOMIC_ACQUIRE) == 0)
    if (!platform_futex_wait(&self->woken, 0, deadline)) break;
  platform_waits_for(NULL, NULL);
  emul_mutex_lock(&emul_dispatcher);
  NTSTATUS status = self->wait_status;
  if (!self->woken) {
    unlink_blocks(self);
    status = STATUS_TIMEOUT;
  }
  emul_mutex_unlock(&emul_dispatcher);
  return status;
}

NTSTATUS NTAPI KeWaitForSingleObject(
    PVOID object, KWAIT_REASON reason, KPROCESSOR_MODE mode, BOOLEAN alertable, PLARGE_INTEGER timeout) {
  (void)reason, (void)mode, (void)alertable;
  return wait(1, &object, FALSE, timeout);
}

NTSTATUS NTAPI KeWaitForMultipleObjects(
    ULONG count, PVOID objects[], WAIT_TYPE type, KWAIT_REASON reason, KPROCESSOR_MODE mode, BOOLEAN alertable,
    PLARGE_INTEGER timeout, PKWAIT_BLOCK blocks) {
  (void)reason, (void)mode, (void)alertable;
  if (count > THREAD_WAIT_OBJECTS && blocks == NULL)
    emul_fail("wait-object: wait for %u objects without wait blocks", count);
  return wait(count, objects, type == WaitAll, timeout);
}

NTSTATUS NTAPI KeDelayExecutionThread(KPROCESSOR_MODE mode, BOOLEAN alertable, PLARGE_INTEGER interval) {
  (void)mode, (void)alertable;
  IRQL_AT_MOST(APC_LEVEL);
  uint64_t deadline = emul_deadline_ns(interval);
  uint32_t word = 0;
  while (platform_futex_wait(&word, 0, deadline)) continue;
  return STATUS_SUCCESS;
}
