// Counts, for each thread of a process, the calls that allocate memory and those that count references. Loaded with
// LD_PRELOAD; the counters lie in the file that NEEDLETAIL_COUNTS names: 64 rows of a thread's number and three counts.
// NEEDLETAIL_SYMBOLS holds the places in the program, NAME=HEX, of what of Swift's runtime is hooked.
//
// NEEDLETAIL_PLANT plants what must be found: "malloc" allocates with every packet that is written to the TUN device,
// "retain" counts a reference.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
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

// Swift's runtime is linked into the program and calls through pointers that exist for instruments: these take their
// place. The functions of the other bridge and native objects end in the same.
struct hook {
  const char *name;
  void *replacement;
  void *real;
};
static void *retain(void *object);
static void release(void *object);
static void *retain_n(void *object, uint32_t number);
static void release_n(void *object, uint32_t number);
static void *allocate(void *metadata, size_t size, size_t mask);
enum { RETAIN, RELEASE, RETAIN_N, RELEASE_N, ALLOCATE, HOOKS };
static struct hook hooks[HOOKS] = {
    {"_ZL21_swift_retain_adapter", retain, NULL}, {"_swift_release", release, NULL},
    {"_swift_retain_n", retain_n, NULL},          {"_swift_release_n", release_n, NULL},
    {"_swift_allocObject", allocate, NULL},
};
static void *(*program_retain)(void *), *(*retain_bare)(void *);

// A reference may carry bits of its own, or be none but a short string: the runtime looks at that before it comes here,
// unless somebody is hooked.
static bool is_object(void *object) { return (intptr_t)object > 0; }
static void *bare(void *object) { return (void *)((uintptr_t)object & 0xfffffffffffff8); }

static void *retain(void *object) {
  count(REFERENCE);
  if (is_object(object)) retain_bare(bare(object));
  return object;
}
static void release(void *object) {
  count(REFERENCE);
  if (is_object(object)) ((void (*)(void *))hooks[RELEASE].real)(object);
}
static void *retain_n(void *object, uint32_t number) {
  count(REFERENCE);
  if (is_object(object)) ((void *(*)(void *, uint32_t))hooks[RETAIN_N].real)(object, number);
  return object;
}
static void release_n(void *object, uint32_t number) {
  count(REFERENCE);
  if (is_object(object)) ((void (*)(void *, uint32_t))hooks[RELEASE_N].real)(object, number);
}
static void *allocate(void *metadata, size_t size, size_t mask) {
  return count(OBJECT), ((void *(*)(void *, size_t, size_t))hooks[ALLOCATE].real)(metadata, size, mask);
}

static int find_program(struct dl_phdr_info *info, size_t size, void *base) {
  (void)size;
  *(uintptr_t *)base = info->dlpi_addr;
  return 1;
}

static void *place_of(const char *symbols, const char *name, uintptr_t base) {
  size_t length = strlen(name);
  for (const char *at = symbols; at && (at = strstr(at, name)) != NULL; at++)
    if ((at == symbols || at[-1] == ' ') && at[length] == '=')
      return (void *)(base + strtoul(at + length + 1, NULL, 16));
  return NULL;
}

static void install(void) {
  const char *symbols = getenv("NEEDLETAIL_SYMBOLS");
  uintptr_t base = 0;
  if (!symbols) return;
  dl_iterate_phdr(find_program, &base);
  _Atomic bool *is_hooked =
      place_of(symbols, "_swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly", base);
  program_retain = (void *(*)(void *))place_of(symbols, "swift_retain", base);
  void **bare_place = place_of(symbols, "_swift_retain", base);
  if (!is_hooked || !program_retain || !bare_place) abort();
  retain_bare = (void *(*)(void *))*bare_place;
  for (int i = 0; i < HOOKS; i++) {
    void **place = place_of(symbols, hooks[i].name, base);
    if (!place) abort();
    hooks[i].real = *place;
    *place = hooks[i].replacement;
  }
  atomic_store(is_hooked, true);
}

ssize_t writev(int descriptor, const struct iovec *parts, int number) {
  if (plants_allocation) {
    void *volatile place = malloc(16);
    free(place);
  }
  if (plants_reference) program_retain(NULL);
  static ssize_t (*real)(int, const struct iovec *, int);
  if (!real) real = (ssize_t(*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  return real(descriptor, parts, number);
}

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
  install();
}
