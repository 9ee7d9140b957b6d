// Events, semaphores and mutexes: what is signaled, how often, and for whom.
#include "selftest.h"

static KEVENT go, seen;
static KMUTEX mutex;
static volatile LONG woken;

static VOID NTAPI wait_for_go(PVOID unused) {
  UNREFERENCED_PARAMETER(unused);
  CHECK(wait_ms(&go, 5000) == STATUS_SUCCESS);
  InterlockedIncrement(&woken);
  KeSetEvent(&seen, 0, FALSE);
}

static VOID NTAPI want_mutex(PVOID unused) {
  UNREFERENCED_PARAMETER(unused);
  CHECK(wait_ms(&mutex, 0) == STATUS_TIMEOUT);
  CHECK(wait_ms(&mutex, 5000) == STATUS_SUCCESS);
  KeReleaseMutex(&mutex, FALSE);
}

static void check_events(void) {
  KEVENT event;
  KeInitializeEvent(&event, NotificationEvent, FALSE);
  CHECK(wait_ms(&event, 0) == STATUS_TIMEOUT && wait_ms(&event, 5) == STATUS_TIMEOUT);
  CHECK(KeSetEvent(&event, 0, FALSE) == 0 && KeSetEvent(&event, 0, FALSE) != 0);
  CHECK(wait_ms(&event, 0) == STATUS_SUCCESS && wait_ms(&event, 0) == STATUS_SUCCESS && KeReadStateEvent(&event) != 0);
  KeClearEvent(&event);
  CHECK(wait_ms(&event, 0) == STATUS_TIMEOUT && KeResetEvent(&event) == 0);
  KeInitializeEvent(&event, SynchronizationEvent, TRUE);
  CHECK(wait_ms(&event, 0) == STATUS_SUCCESS && wait_ms(&event, 0) == STATUS_TIMEOUT);
}

// Set once, a synchronization event ends one wait.
static void check_wake(void) {
  KeInitializeEvent(&go, SynchronizationEvent, FALSE);
  KeInitializeEvent(&seen, SynchronizationEvent, FALSE);
  PVOID threads[2] = {start(wait_for_go, NULL), start(wait_for_go, NULL)};
  for (LONG i = 1; i <= 2; i++) {
    KeSetEvent(&go, 0, FALSE);
    CHECK(wait_ms(&seen, 5000) == STATUS_SUCCESS && wait_ms(&seen, 20) == STATUS_TIMEOUT && woken == i);
  }
  for (int i = 0; i < 2; i++) join(threads[i]);
}

static void check_many(void) {
  KEVENT first, second;
  PVOID both[2] = {&first, &second};
  LARGE_INTEGER now = {.QuadPart = 0};
  KeInitializeEvent(&first, SynchronizationEvent, FALSE);
  KeInitializeEvent(&second, SynchronizationEvent, TRUE);
#define WAIT(type) KeWaitForMultipleObjects(2, both, type, Executive, KernelMode, FALSE, &now, NULL)
  CHECK(WAIT(WaitAll) == STATUS_TIMEOUT && KeReadStateEvent(&second) != 0);
  CHECK(WAIT(WaitAny) == STATUS_WAIT_1 && KeReadStateEvent(&second) == 0);
  KeSetEvent(&first, 0, FALSE);
  KeSetEvent(&second, 0, FALSE);
  CHECK(WAIT(WaitAll) == STATUS_SUCCESS && KeReadStateEvent(&first) == 0 && KeReadStateEvent(&second) == 0);
}

static void check_counts(void) {
  KSEMAPHORE semaphore;
  KeInitializeSemaphore(&semaphore, 1, 3);
  CHECK(KeReleaseSemaphore(&semaphore, 0, 2, FALSE) == 1 && KeReadStateSemaphore(&semaphore) == 3);
  for (int i = 0; i < 3; i++) CHECK(wait_ms(&semaphore, 0) == STATUS_SUCCESS);
  CHECK(wait_ms(&semaphore, 0) == STATUS_TIMEOUT);
  KeInitializeMutex(&mutex, 0);
  CHECK(wait_ms(&mutex, 0) == STATUS_SUCCESS && wait_ms(&mutex, 0) == STATUS_SUCCESS);
  PVOID thread = start(want_mutex, NULL);
  CHECK(wait_ms(thread, 20) == STATUS_TIMEOUT);
  KeReleaseMutex(&mutex, FALSE);
  KeReleaseMutex(&mutex, FALSE);
  join(thread);
}

static void act(void) {
  check_events();
  check_wake();
  check_many();
  check_counts();
}
