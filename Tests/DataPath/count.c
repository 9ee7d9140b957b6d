// Counts, for each thread of a process, the calls that allocate memory and those that count references. Loaded with
// LD_PRELOAD; the counters lie in the file that NEEDLETAIL_COUNTS names: 64 rows of a thread's number and three counts.
//
// NEEDLETAIL_PLANT plants what must be found: "malloc" allocates with every packet that is written to the TUN device,
// "retain" counts a reference.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { ROWS = 64 };
enum kind { ALLOCATION, OBJECT, REFERENCE, KINDS };

struct row {
  _Atomic uint64_t thread;
  _Atomic uint64_t counts[KINDS];
};

static struct row spare[ROWS];
static struct row *rows = spare;
static _Thread_local struct row *own;
static bool plants_allocation, plants_reference;

// Calls before this are counted nowhere; the file is small enough to matter to nobody.
__attribute__((constructor)) static void begin(void) {
  const char *plant = getenv("NEEDLETAIL_PLANT");
  plants_allocation = plant && strcmp(plant, "malloc") == 0;
  plants_reference = plant && strcmp(plant, "retain") == 0;
  const char *path = getenv("NEEDLETAIL_COUNTS");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  if (ftruncate(file, sizeof spare) == 0) {
    void *place = mmap(NULL, sizeof spare, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (place != MAP_FAILED) rows = place;
    own = NULL;
  }
  close(file);
}

static void count(enum kind kind) {
  if (!own) {
    uint64_t thread = (uint64_t)syscall(SYS_gettid);
    for (int i = 0; i < ROWS; i++) {
      uint64_t nobody = 0;
      if (atomic_compare_exchange_strong(&rows[i].thread, &nobody, thread) || nobody == thread) {
        own = &rows[i];
        break;
      }
    }
    if (!own) abort();
  }
  atomic_fetch_add_explicit(&own->counts[kind], 1, memory_order_relaxed);
}

#define REAL(result, name, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

// The C heap has names of its own for what it exports, so nothing has to be looked up while it is looked up.
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) { return count(ALLOCATION), __libc_malloc(size); }
void *calloc(size_t number, size_t size) { return count(ALLOCATION), __libc_calloc(number, size); }
void *realloc(void *place, size_t size) { return count(ALLOCATION), __libc_realloc(place, size); }
void *aligned_alloc(size_t alignment, size_t size) { return count(ALLOCATION), __libc_memalign(alignment, size); }
int posix_memalign(void **place, size_t alignment, size_t size) {
  count(ALLOCATION);
  *place = __libc_memalign(alignment, size);
  return *place ? 0 : 12;
}

#define COUNTED_1(kind, name) \
  void *name(void *object) { \
    count(kind); \
    REAL(void *, #name, void *); \
    return real(object); \
  }
#define COUNTED_2(kind, name) \
  void *name(void *object, uint32_t number) { \
    count(kind); \
    REAL(void *, #name, void *, uint32_t); \
    return real(object, number); \
  }
COUNTED_1(REFERENCE, swift_retain)
COUNTED_1(REFERENCE, swift_release)
COUNTED_1(REFERENCE, swift_bridgeObjectRetain)
COUNTED_1(REFERENCE, swift_bridgeObjectRelease)
COUNTED_2(REFERENCE, swift_retain_n)
COUNTED_2(REFERENCE, swift_release_n)
COUNTED_2(REFERENCE, swift_bridgeObjectRetain_n)
COUNTED_2(REFERENCE, swift_bridgeObjectRelease_n)

void *swift_allocObject(void *metadata, size_t size, size_t mask) {
  count(OBJECT);
  REAL(void *, "swift_allocObject", void *, size_t, size_t);
  return real(metadata, size, mask);
}
void *swift_slowAlloc(size_t size, size_t mask) {
  count(OBJECT);
  REAL(void *, "swift_slowAlloc", size_t, size_t);
  return real(size, mask);
}

ssize_t writev(int descriptor, const struct iovec *parts, int number) {
  if (plants_allocation) {
    void *volatile place = malloc(16);
    free(place);
  }
  if (plants_reference) swift_retain(NULL);
  REAL(ssize_t, "writev", int, const struct iovec *, int);
  return real(descriptor, parts, number);
}
