// nt-cost IMAGES DRIVER [ROUNDS] [--json]: what a packet of 1420 bytes costs through needletail.sys, in processor time
// of the whole process: with each cipher kernel, with a copy in the place of the cipher, and each kernel alone, from
// the same object code. Datagrams stay in memory. One worker, so that nobody waits for a lock. Everything is measured
// once in each round; ratios are taken inside a round. Prints a table for Docs/Benchmarks.md, or a JSON object for
// each ratio.
#include <malloc.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "../Driver/bench.h"
#include "../Loader/Image/modules.h"
#include "../Loader/Platform/keep.h"

const char *bench_driver_path;

#define EXPORT(image, result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export(image, #name)

enum { LENGTH = 1420, PACKETS = 16384, BURST = 1024, ROUNDS_MOST = 99, DATAGRAM_MOST = 1600 };
enum { COPY, PORTABLE, SSSE3, AVX2, VARIANTS };
enum { SEAL, OPEN, WAYS };
static const char *const names[] = {"copy", "portable", "SSSE3", "AVX2"};

/// What a driver may add to its cipher: the greatest ratio that is meant to be.
#define TARGET 1.25

/// Nanoseconds a packet, of each round.
static double driver_ns[VARIANTS][WAYS][ROUNDS_MOST], bare_ns[VARIANTS][WAYS][ROUNDS_MOST];
static char directory[512];

static double cpu_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

// What came out at the other side, on a thread of the driver.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t reached = PTHREAD_COND_INITIALIZER;
static uint32_t came, awaited;
static uint8_t *captured;
static uint32_t captured_length;

static NT_ABI void out(void *is_captured, const uint8_t *bytes, uint32_t length) {
  if (is_captured != NULL) {
    captured_length = length;
    memcpy(captured + (size_t)came * length, bytes, length);
  }
  if (++came != awaited) return;
  pthread_mutex_lock(&lock);
  awaited = 0;
  pthread_cond_signal(&reached);
  pthread_mutex_unlock(&lock);
}

static void expect(uint32_t count) { awaited = came + count; }

static void await(void) {
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec += 10;
  pthread_mutex_lock(&lock);
  while (awaited != 0)
    if (pthread_cond_timedwait(&reached, &lock, &end) != 0) {
      printf("nt-cost: %u packets came, %u were awaited\n", came, awaited);
      exit(1);
    }
  pthread_mutex_unlock(&lock);
}

static double seal(struct adapter *adapter, uint8_t *packet, uint32_t count) {
  EXPORT("ndis.sys", void, EmulNdisSendMany, void *, uint8_t *, uint32_t, uint32_t);
  came = 0;
  double start = cpu_ns();
  for (uint32_t done = 0; done < count; done += BURST) {
    expect(BURST);
    EmulNdisSendMany(adapter->ndis, packet, LENGTH, BURST);
    await();
  }
  return (cpu_ns() - start) / count;
}

static double open(struct adapter *adapter, uint16_t from, uint32_t count) {
  EXPORT("netio.sys", void, EmulNetioArrive, uint16_t, uint16_t, uint8_t *, uint32_t, uint32_t);
  came = 0;
  double start = cpu_ns();
  for (uint32_t done = 0; done < count; done += BURST) {
    expect(BURST);
    EmulNetioArrive(adapter->port, from, captured + (size_t)done * captured_length, captured_length, BURST);
    await();
  }
  return (cpu_ns() - start) / count;
}

static void measure_driver(int variant, int round) {
  EXPORT("ntoskrnl.exe", void, EmulVectorsEnable, uint64_t);
  EXPORT("ntoskrnl.exe", uint64_t, EmulVectorsSaved, void);
  EXPORT("netio.sys", void, EmulNetioSwallow, uint32_t, void (NT_ABI *)(void *, const uint8_t *, uint32_t), void *);
  EXPORT("ndis.sys", void, EmulNdisReceive, void *, void (NT_ABI *)(void *, const uint8_t *, uint32_t), void *);
  static char path[600];
  snprintf(path, sizeof path, "%s/cost/%s.sys", directory, names[variant]);
  const char *needletail = bench_driver_path;
  if (variant < SSSE3) bench_driver_path = path;
  // Only the AVX2 kernel is lent wide vectors, so that saving them is in its figure and in no other.
  EmulVectorsEnable(variant == AVX2 ? UINT64_MAX : 3);
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  bench_driver_path = needletail;
  struct adapter pair[2];
  uint8_t packet[LENGTH];
  if (driver == NULL || !pair_open(pair, false)) exit(1);
  packet_make(packet, LENGTH, false, 1, 2, 0);
  // The handshake, over real UDP.
  if (adapter_send(&pair[0], packet, LENGTH, true) != NT_SUCCESS || !adapter_await(&pair[1], 1)) exit(1);
  EmulNdisReceive(pair[1].ndis, out, NULL);
  EmulNetioSwallow(1, out, NULL);
  seal(&pair[0], packet, BURST * 2);
  uint64_t saves = EmulVectorsSaved();
  driver_ns[variant][SEAL][round] = seal(&pair[0], packet, PACKETS);
  EmulNetioSwallow(1, out, packet);
  seal(&pair[0], packet, PACKETS);
  EmulNetioSwallow(1, NULL, NULL);
  driver_ns[variant][OPEN][round] = open(&pair[1], pair[0].port, PACKETS);
  if ((EmulVectorsSaved() > saves) != (variant == AVX2)) {
    printf("nt-cost: not the kernel that was meant: %s\n", names[variant]);
    exit(1);
  }
  EmulNetioSwallow(0, NULL, NULL);
  pair_close(pair);
  bench_unload(driver);
}

typedef void (NT_ABI *seal_function)(const void *, uint64_t, void *, intptr_t);
typedef uint64_t (NT_ABI *open_function)(const void *, uint64_t, void *, intptr_t);

static void measure_bare(int variant, int round, const struct nt_image *image, const char *symbol) {
  static uint8_t buffers[256][2048] __attribute__((aligned(64)));
  char name[64];
  snprintf(name, sizeof name, "cipher_%s_seal", symbol);
  seal_function seal_bare = (seal_function)nt_image_find(image, name);
  snprintf(name, sizeof name, "cipher_%s_open", symbol);
  open_function open_bare = (open_function)nt_image_find(image, name);
  if (seal_bare == NULL || open_bare == NULL) exit(1);
  uint8_t key[32] = {7};
  // As long as what the driver seals: the datagram without header and tag.
  intptr_t count = (intptr_t)captured_length - 32;
  for (uint32_t i = 0; i < 256; i++) seal_bare(key, i, buffers[i] + 16, count);
  double start = cpu_ns();
  for (uint32_t i = 0; i < PACKETS; i++) seal_bare(key, i, buffers[i % 256] + 16, count);
  bare_ns[variant][SEAL][round] = (cpu_ns() - start) / PACKETS;
  start = cpu_ns();
  for (uint32_t i = 0; i < PACKETS; i++) open_bare(key, i, buffers[i % 256] + 16, count);
  bare_ns[variant][OPEN][round] = (cpu_ns() - start) / PACKETS;
}

static int compare(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return (difference > 0) - (difference < 0);
}

static double median(const double *values, int count) {
  double sorted[ROUNDS_MOST];
  memcpy(sorted, values, (size_t)count * sizeof *values);
  qsort(sorted, (size_t)count, sizeof *sorted, compare);
  return count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

static void print(int variant, int way, int rounds, bool as_json) {
  double ratios[ROUNDS_MOST];
  for (int i = 0; i < rounds; i++)
    ratios[i] = (driver_ns[variant][way][i] - driver_ns[COPY][way][i]) / bare_ns[variant][way][i];
  double least = ratios[0], most = ratios[0];
  for (int i = 1; i < rounds; i++) {
    if (ratios[i] < least) least = ratios[i];
    if (ratios[i] > most) most = ratios[i];
  }
  if (as_json) {
    printf("{\"row\": \"driver %s %d\", \"who\": \"%s\", ", way == SEAL ? "seal" : "open", LENGTH, names[variant]);
    printf("\"ratio\": %.3f, \"least\": %.3f, \"most\": %.3f, ", median(ratios, rounds), least, most);
    printf("\"target\": %.2f}\n", TARGET);
    return;
  }
  printf("| %s, %s | %.0f | %.0f | %.0f | **%.2f** [%.2f … %.2f] |\n", way == SEAL ? "seal" : "open", names[variant],
         median(driver_ns[variant][way], rounds), median(driver_ns[COPY][way], rounds),
         median(bare_ns[variant][way], rounds), median(ratios, rounds), least, most);
}

int main(int count, char **arguments) {
  bool as_json = count > 3 && strcmp(arguments[count - 1], "--json") == 0;
  if (as_json) count--;
  int rounds = count > 3 ? atoi(arguments[3]) : 15;
  if (count < 3 || rounds < 1 || rounds > ROUNDS_MOST) {
    fprintf(stderr, "nt-cost IMAGES DRIVER [ROUNDS] [--json]\n");
    return 2;
  }
  alarm(300);
  snprintf(directory, sizeof directory, "%s", arguments[1]);
  bench_driver_path = arguments[2];
  if (!nt_start(directory)) return 1;
  bench_call_as(CALLER_ADMINISTRATOR);
  EXPORT("ntoskrnl.exe", void, EmulProcessors, uint32_t);
  EXPORT("ntoskrnl.exe", void, EmulVectorsBlind, uint32_t);
  EmulProcessors(1);
  EmulVectorsBlind(1);
  nt_keeps_vectors = 0;
  // The allocator asks the system for memory once.
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  char path[600];
  snprintf(path, sizeof path, "%s/cost/kernels-portable.sys", directory);
  struct nt_image *portable = nt_module_load(path, 0);
  snprintf(path, sizeof path, "%s/cost/kernels-vector.sys", directory);
  struct nt_image *vector = nt_module_load(path, 0);
  captured = malloc((size_t)PACKETS * DATAGRAM_MOST);
  if (portable == NULL || vector == NULL || captured == NULL) return 1;
  // Touched once before anything is measured.
  memset(captured, 0, (size_t)PACKETS * DATAGRAM_MOST);
  bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
  int variants = has_avx2 ? VARIANTS : AVX2;
  for (int round = 0; round < rounds; round++) {
    // Every other round the other way round.
    for (int i = 0; i < variants; i++) measure_driver(round % 2 == 0 ? i : variants - 1 - i, round);
    measure_bare(PORTABLE, round, portable, "ssse3");
    measure_bare(SSSE3, round, vector, "ssse3");
    if (has_avx2) measure_bare(AVX2, round, vector, "avx2");
  }
  if (!as_json) {
    printf("| packet of %d bytes, ns | driver | driver that copies | cipher alone | ", LENGTH);
    printf("(driver − copy) / cipher |\n|---|---|---|---|---|\n");
  }
  for (int way = 0; way < WAYS; way++)
    for (int variant = PORTABLE; variant < variants; variant++) print(variant, way, rounds, as_json);
  return bench_failures == 0 ? 0 : 1;
}
