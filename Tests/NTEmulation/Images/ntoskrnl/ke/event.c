// Events, semaphores and mutexes: the objects whose whole life is their signal state.
#include <emulation.h>

VOID NTAPI KeInitializeEvent(PRKEVENT event, EVENT_TYPE type, BOOLEAN state) {
  emul_header_initialize(&event->Header, (UCHAR)type, sizeof *event, state);
}

LONG NTAPI KeSetEvent(PRKEVENT event, KPRIORITY increment, BOOLEAN wait) {
  (void)increment;
  IRQL_AT_MOST(wait ? APC_LEVEL : DISPATCH_LEVEL);
  emul_mutex_lock(&emul_dispatcher);
  LONG before = event->Header.SignalState;
  event->Header.SignalState = 1;
  emul_wake_waiters(&event->Header);
  emul_mutex_unlock(&emul_dispatcher);
  return before;
}

LONG NTAPI KeResetEvent(PRKEVENT event) {
  IRQL_AT_MOST(DISPATCH_LEVEL);
  emul_mutex_lock(&emul_dispatcher);
  LONG before = event->Header.SignalState;
  event->Header.SignalState = 0;
  emul_mutex_unlock(&emul_dispatcher);
  return before;
}

VOID NTAPI KeClearEvent(PRKEVENT event) { KeResetEvent(event); }

LONG NTAPI KeReadStateEvent(PRKEVENT event) { return __atomic_load_n(&event->Header.SignalState, __ATOMIC_ACQUIRE); }

VOID NTAPI KeInitializeSemaphore(PRKSEMAPHORE semaphore, LONG count, LONG limit) {
  emul_header_initialize(&semaphore->Header, 5, sizeof *semaphore, count);
  semaphore->Limit = limit;
}

LONG NTAPI KeReleaseSemaphore(PRKSEMAPHORE semaphore, KPRIORITY increment, LONG adjustment, BOOLEAN wait) {
  (void)increment;
  IRQL_AT_MOST(wait ? APC_LEVEL : DISPATCH_LEVEL);
  emul_mutex_lock(&emul_dispatcher);
  LONG before = semaphore->Header.SignalState;
  if (adjustment <= 0 || before > semaphore->Limit - adjustment)
    emul_fail(
        "semaphore-limit: semaphore %p: %d released over %d, limit %d", (void *)semaphore, adjustment, before,
        semaphore->Limit);
  semaphore->Header.SignalState += adjustment;
  emul_wake_waiters(&semaphore->Header);
  emul_mutex_unlock(&emul_dispatcher);
  return before;
}

LONG NTAPI KeReadStateSemaphore(PRKSEMAPHORE semaphore) {
  return __atomic_load_n(&semaphore->Header.SignalState, __ATOMIC_ACQUIRE);
}

VOID NTAPI KeInitializeMutex(PRKMUTEX mutex, ULONG level) {
  (void)level;
  RtlZeroMemory(mutex, sizeof *mutex);
  emul_header_initialize(&mutex->Header, 2, sizeof *mutex, 1);
}

LONG NTAPI KeReleaseMutex(PRKMUTEX mutex, BOOLEAN wait) {
  (void)wait;
  IRQL_AT_MOST(DISPATCH_LEVEL);
  emul_mutex_lock(&emul_dispatcher);
  if (mutex->OwnerThread != (PKTHREAD)emul_self())
    emul_fail("mutex-release: mutex %p released by a thread that does not hold it", (void *)mutex);
  emul_self()->mutex_count--;
  LONG before = mutex->Header.SignalState++;
  if (mutex->Header.SignalState == 1) {
    mutex->OwnerThread = NULL;
    emul_wake_waiters(&mutex->Header);
  }
  emul_mutex_unlock(&emul_dispatcher);
  return before;
}
