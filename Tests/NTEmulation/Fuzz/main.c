// nt-fuzz IMAGES DRIVER [SEED [COUNT]]: COUNT calls of the driver's requests, with the seeds SEED, SEED + 1, ... Ends
// with 0 when nothing was found, 3 with a finding, whose own seed is tried alone, and 1 when it could not do its work.
#define _GNU_SOURCE
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

const char *bench_driver_path;
static const char *images, *program;

/// What is left of a process that crashed: the seed of the call it was in.
static struct {
  volatile uint64_t seed;
  volatile uint32_t is_calling;
} *shared;

// Endpoints of peers are anything: nothing may leave this machine.
static bool be_alone(void) {
  if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  int any = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  bool is_up = any >= 0 && ioctl(any, SIOCSIFFLAGS, &request) == 0;
  close(any);
  return is_up;
}

static double seconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static bool report(uint64_t seed, double took) {
  uint64_t calls = tally.calls;
  printf(
      "%llu calls from seed %llu in %.1f s, %.0f a second\n", (unsigned long long)calls, (unsigned long long)seed, took,
      (double)calls / took);
  printf(
      "  past the envelope %.1f %%, succeeded %.1f %%\n", 100.0 * (double)tally.past_envelope / (double)calls,
      100.0 * (double)tally.succeeded / (double)calls);
  printf(
      "  buffers that changed while they were read %llu of %llu, taken ports %llu, readers that waited %llu\n",
      (unsigned long long)tally.changed_while_read, (unsigned long long)tally.scribbled,
      (unsigned long long)tally.ports_taken, (unsigned long long)tally.waited);
  // Too few to be held to shares.
  if (calls < 10000) return true;
  EXPECT(tally.past_envelope * 10 >= calls * 4);
  EXPECT(tally.succeeded * 10 >= calls);
  // The second thread may have to do without a processor.
  EXPECT(tally.changed_while_read * 1000 >= tally.scribbled && tally.changed_while_read > 0);
  EXPECT(tally.waited > 0 && tally.ports_taken > 0);
  return bench_failures == 0;
}

// Everything in one process that may crash. 0, 1, or 3 for a finding.
static int fuzz(uint64_t seed, uint64_t count) {
  if (!be_alone()) {
    perror("nt-fuzz: no network of its own");
    return 1;
  }
  alarm(120 + (unsigned)(count / 1000));
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (!nt_start(images)) return 1;
  scribble_start();
  bench_call_as(CALLER_ADMINISTRATOR);
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  struct adapter adapter;
  if (driver == NULL || !adapter_open(&adapter, 1) || !calls_begin(&adapter)) return 1;
  double begin = seconds();
  const char *wrong = NULL;
  shared->is_calling = 1;
  for (uint64_t i = 0; i < count && wrong == NULL; i++) {
    shared->seed = seed + i;
    wrong = calls_make(&adapter, seed + i);
  }
  if (wrong != NULL) {
    printf("  call %llu: wrong: %s\n", (unsigned long long)tally.calls, wrong);
    return 3;
  }
  shared->is_calling = 0;
  bool is_enough = report(seed, seconds() - begin);
  adapter_close(&adapter);
  int before = bench_failures;
  bench_unload(driver);
  return bench_failures > before ? 3 : is_enough ? 0 : 1;
}

static int fuzz_apart(uint64_t seed, uint64_t count) {
  fflush(NULL);
  pid_t child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    int result = fuzz(seed, count);
    fflush(NULL);
    _exit(result);
  }
  int status;
  while (waitpid(child, &status, 0) < 0) continue;
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  printf(
      "  ended by signal %d%s\n", WTERMSIG(status),
      shared->is_calling ? " in a call" : ", not in a call");
  return 3;
}

// The last calls before the finding, as few as do it again.
static void replay(uint64_t first, uint64_t last) {
  for (uint64_t count = 1; count <= last - first + 1; count *= 10) {
    uint64_t seed = last - count + 1;
    printf("again: %s %s %s %llu %llu\n", program, images, bench_driver_path, (unsigned long long)seed,
           (unsigned long long)count);
    if (fuzz_apart(seed, count) == 3) return;
  }
  printf("again: %s %s %s %llu %llu, from the first call on\n", program, images, bench_driver_path,
         (unsigned long long)first, (unsigned long long)(last - first + 1));
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "nt-fuzz IMAGES DRIVER [SEED [COUNT]]\n");
    return 2;
  }
  program = arguments[0];
  images = arguments[1];
  bench_driver_path = arguments[2];
  uint64_t seed = count > 3 ? strtoull(arguments[3], NULL, 0) : 1;
  uint64_t calls = count > 4 ? strtoull(arguments[4], NULL, 0) : 300000;
  shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  int result = fuzz_apart(seed, calls);
  if (result != 3) return result;
  if (!shared->is_calling) {
    printf("FOUND after %llu calls: again with %s %s %s %llu %llu\n", (unsigned long long)calls, program, images,
           bench_driver_path, (unsigned long long)seed, (unsigned long long)calls);
    return 3;
  }
  uint64_t found = shared->seed;
  printf("FOUND by call %llu of %llu, seed %llu\n", (unsigned long long)(found - seed + 1), (unsigned long long)calls,
         (unsigned long long)found);
  replay(seed, found);
  return 3;
}
