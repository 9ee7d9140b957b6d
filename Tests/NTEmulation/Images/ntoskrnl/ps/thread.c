// Threads: the driver's own, the emulation's, and those of the host that call into the kernel.
#include <emulation.h>

#define TYPE_THREAD 6

static uint32_t next_processor;
/// System threads that run, and those that somebody still has a reference to.
static uint32_t system_threads, thread_objects;

static void forget(void *thread) {
  if (((struct emul_thread *)thread)->is_system) __atomic_sub_fetch(&thread_objects, 1, __ATOMIC_RELEASE);
}

static struct emul_thread *create(PKSTART_ROUTINE start, void *context, BOOLEAN is_system) {
  struct emul_thread *thread = emul_object_create(sizeof *thread, forget);
  if (thread == NULL) return NULL;
  emul_header_initialize(&thread->header, TYPE_THREAD, sizeof thread->header, 0);
  thread->region.self = &thread->region;
  thread->region.thread = thread;
  thread->region.processor = __atomic_fetch_add(&next_processor, 1, __ATOMIC_RELAXED) % EMUL_PROCESSORS;
  thread->affinity = (1ull << EMUL_PROCESSORS) - 1;
  thread->start = start;
  thread->context = context;
  thread->is_system = is_system;
  if (is_system) __atomic_add_fetch(&thread_objects, 1, __ATOMIC_RELAXED);
  return thread;
}

struct emul_thread *emul_thread_attach(void) {
  struct emul_thread *thread = create(NULL, NULL, FALSE);
  if (thread == NULL) return NULL;
  platform_thread_set_region(&thread->region);
  thread->clock = platform_thread_clock();
  return thread;
}

void emul_thread_check(const char *after) {
  struct emul_thread *self = emul_self();
  if (self->region.irql != PASSIVE_LEVEL) emul_fail("irql-return: %u after %s", self->region.irql, after);
  if (self->spin_lock_count != 0)
    emul_fail("spin-lock-held: %u spin locks held after %s", self->spin_lock_count, after);
  if (self->mutex_count != 0) emul_fail("mutex-held: %u after %s", self->mutex_count, after);
  if (self->critical_depth != 0)
    emul_fail("critical-region: in %u critical regions after %s", self->critical_depth, after);
  emul_vectors_check(after);
  // A thread of the host goes on with code of the host.
  if (self->start == NULL) emul_vectors_forget();
  if (self->saved_state_count != 0)
    emul_fail("vector-state: %u vector states not restored after %s", self->saved_state_count, after);
}

static _Noreturn void finish(NTSTATUS status) {
  struct emul_thread *self = emul_self();
  emul_thread_check("the end of a thread");
  if (self->is_system) __atomic_sub_fetch(&system_threads, 1, __ATOMIC_RELEASE);
  emul_mutex_lock(&emul_dispatcher);
  self->exit_status = status;
  self->header.SignalState = 1;
  emul_wake_waiters(&self->header);
  emul_mutex_unlock(&emul_dispatcher);
  ObDereferenceObject(self);
  for (;;) platform_thread_end();
}

static void run(void *context) {
  struct emul_thread *thread = context;
  platform_thread_set_region(&thread->region);
  thread->clock = platform_thread_clock();
  if (thread->is_system) thread->region.stack_limit = (uint64_t)__builtin_frame_address(0) - EMUL_STACK_BYTES;
  emul_vectors_mark();
  thread->start(thread->context);
  finish(STATUS_SUCCESS);
}

void emul_thread_start(PKSTART_ROUTINE routine, void *context) {
  struct emul_thread *thread = create(routine, context, FALSE);
  if (thread == NULL || !platform_thread_start(run, thread)) emul_fail("no thread for the emulation itself");
}

NTSTATUS NTAPI PsCreateSystemThread(
    PHANDLE handle, ULONG access, POBJECT_ATTRIBUTES attributes, HANDLE process, PCLIENT_ID client,
    PKSTART_ROUTINE routine, PVOID context) {
  (void)access, (void)attributes, (void)process;
  IRQL_AT_MOST(PASSIVE_LEVEL);
  if (emul_must_fail(__builtin_return_address(0))) return STATUS_INSUFFICIENT_RESOURCES;
  struct emul_thread *thread = create(routine, context, TRUE);
  if (thread == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  if (client != NULL) *client = (CLIENT_ID){0};
  ObReferenceObject(thread);  // the thread's own
  *handle = emul_handle_create(thread);
  ObDereferenceObject(thread);
  if (*handle == NULL) {
    ObDereferenceObject(thread);
    return STATUS_INSUFFICIENT_RESOURCES;
  }
  __atomic_add_fetch(&system_threads, 1, __ATOMIC_RELAXED);
  if (platform_thread_start(run, thread)) return STATUS_SUCCESS;
  __atomic_sub_fetch(&system_threads, 1, __ATOMIC_RELAXED);
  ObDereferenceObject(thread);
  ZwClose(*handle);
  return STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS NTAPI PsTerminateSystemThread(NTSTATUS status) { finish(status); }

#undef PsGetCurrentThread
PETHREAD NTAPI PsGetCurrentThread(VOID) { return (PETHREAD)emul_self(); }

#undef PsGetCurrentProcess
static uint8_t system_process[0x800];
PEPROCESS PsInitialSystemProcess = (PEPROCESS)system_process;
PEPROCESS NTAPI PsGetCurrentProcess(VOID) { return PsInitialSystemProcess; }
PEPROCESS NTAPI IoGetCurrentProcess(VOID) { return PsInitialSystemProcess; }
HANDLE NTAPI PsGetCurrentProcessId(VOID) { return (HANDLE)4; }
HANDLE NTAPI PsGetCurrentThreadId(VOID) { return (HANDLE)((ULONG_PTR)emul_self() >> 6 & 0x7fffffff); }

/// The threads of drivers that have not ended.
uint32_t EmulSystemThreads(void) { return __atomic_load_n(&system_threads, __ATOMIC_ACQUIRE); }

/// The threads of drivers that are referenced, ended or not.
uint32_t EmulThreadObjects(void) { return __atomic_load_n(&thread_objects, __ATOMIC_ACQUIRE); }

/// Makes the calling thread of the host one that may call the kernel. Idempotent.
uint32_t EmulThreadAttach(void) { return emul_thread_attach() != NULL; }
