// Work items, on two threads at PASSIVE_LEVEL.
#include <emulation.h>

static struct emul_mutex lock;
static LIST_ENTRY items = {&items, &items};
static uint32_t changed;  // futex word
/// Items that are queued or run.
static uint32_t unfinished;

static VOID NTAPI run(PVOID unused) {
  (void)unused;
  for (;;) {
    emul_mutex_lock(&lock);
    if (IsListEmpty(&items)) {
      uint32_t seen = changed;
      emul_mutex_unlock(&lock);
      platform_futex_wait(&changed, seen, EMUL_FOR_EVER);
      continue;
    }
    PWORK_QUEUE_ITEM item = CONTAINING_RECORD(RemoveHeadList(&items), WORK_QUEUE_ITEM, List);
    emul_mutex_unlock(&lock);
    // The item may be gone when its routine runs.
    item->List.Flink = NULL;
    item->WorkerRoutine((PVOID)item->Parameter);
    emul_thread_check("a work item");
    __atomic_sub_fetch(&unfinished, 1, __ATOMIC_RELEASE);
  }
}

void emul_work_start(void) {
  for (int i = 0; i < 2; i++) emul_thread_start(run, NULL);
}

VOID NTAPI ExQueueWorkItem(PWORK_QUEUE_ITEM item, WORK_QUEUE_TYPE queue) {
  (void)queue;
  IRQL_AT_MOST(DISPATCH_LEVEL);
  emul_mutex_lock(&lock);
  InsertTailList(&items, &item->List);
  __atomic_add_fetch(&unfinished, 1, __ATOMIC_RELAXED);
  changed++;
  emul_mutex_unlock(&lock);
  platform_futex_wake(&changed, 1);
}

struct _IO_WORKITEM {
  WORK_QUEUE_ITEM item;
  PVOID object, context;
  PIO_WORKITEM_ROUTINE routine;
  PIO_WORKITEM_ROUTINE_EX routine_ex;
};

static VOID NTAPI run_io(PVOID parameter) {
  PIO_WORKITEM item = parameter;
  PVOID object = item->object;
  if (item->routine_ex != NULL)
    item->routine_ex(object, item->context, item);
  else
    item->routine(object, item->context);
  ObDereferenceObject(object);
}

PIO_WORKITEM NTAPI IoAllocateWorkItem(PDEVICE_OBJECT device) {
  PIO_WORKITEM item = ExAllocatePoolWithTag(NonPagedPool, sizeof *item, 'kroW');
  if (item != NULL) *item = (struct _IO_WORKITEM){.object = device};
  return item;
}

VOID NTAPI IoFreeWorkItem(PIO_WORKITEM item) { ExFreePoolWithTag(item, 'kroW'); }

static void queue_io(PIO_WORKITEM item, WORK_QUEUE_TYPE queue, PVOID context) {
  item->context = context;
  ExInitializeWorkItem(&item->item, run_io, item);
  ObReferenceObject(item->object);
  ExQueueWorkItem(&item->item, queue);
}

VOID NTAPI IoQueueWorkItem(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE routine, WORK_QUEUE_TYPE queue, PVOID context) {
  item->routine = routine;
  item->routine_ex = NULL;
  queue_io(item, queue, context);
}

VOID NTAPI IoQueueWorkItemEx(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE_EX routine, WORK_QUEUE_TYPE queue, PVOID context) {
  item->routine_ex = routine;
  queue_io(item, queue, context);
}

/// Work items that are queued or run.
uint32_t EmulWorkLeft(void) { return __atomic_load_n(&unfinished, __ATOMIC_ACQUIRE); }
