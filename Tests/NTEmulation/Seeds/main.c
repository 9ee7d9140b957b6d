// nt-seeds IMAGES DRIVER FIRST COUNT: plays one life of the driver for each seed, each in a process of its own; every
// eighth once more, which has to give the same trace, but for three that give another once and not in four more runs. A
// seed that fails or differs is named.
// nt-seeds IMAGES DRIVER SEED: plays that one alone, with all it says; NEEDLETAIL_TRACE=file keeps its trace.
// nt-seeds IMAGES DRIVER FIRST COUNT find: succeeds with the first seed that fails: something is planted.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

/// Of the processor's time, for one seed, and of real time, in which a busy machine may not let it run.
#define SECONDS_MAX 60
#define REAL_SECONDS_MAX 600
#define POINTS_MAX 50000000ull
#define VIRTUAL_MAX (7200ull * 1000000000)

const char *bench_driver_path;
static const char *images;

// What a child tells of its run.
struct outcome {
  struct nt_run run;
  uint64_t virtual_ns;
  uint32_t sent, came, failures;
};

static void run_seed(uint64_t seed, struct outcome *outcome) {
  nt_seed(seed);
  nt_limit(POINTS_MAX, VIRTUAL_MAX);
  uint64_t start = nt_time_ns();
  const char *trace = getenv("NEEDLETAIL_TRACE");
  if (trace != NULL && !nt_trace_file(trace)) perror(trace);
  if (!nt_start(images)) exit(2);
  bench_call_as(CALLER_ADMINISTRATOR);
  play();
  *outcome = (struct outcome){
      nt_run_so_far(), nt_time_ns() - start, world.ends[0].sent + world.ends[1].sent,
      world.ends[0].came + world.ends[1].came, (uint32_t)bench_failures};
}

static void bound_time(void) {
  struct rlimit processor = {SECONDS_MAX, SECONDS_MAX};
  setrlimit(RLIMIT_CPU, &processor);
  alarm(REAL_SECONDS_MAX);
}

// Becomes this program anew, to play one seed and write its outcome to the pipe: nothing lies where it lay.
static void begin_anew(uint64_t seed, int pipe) {
  char seed_text[24], pipe_text[12];
  snprintf(seed_text, sizeof seed_text, "%llu", (unsigned long long)seed);
  snprintf(pipe_text, sizeof pipe_text, "%d", pipe);
  setenv("NEEDLETAIL_OUTCOME", pipe_text, 1);
  execl("/proc/self/exe", "nt-seeds", images, bench_driver_path, seed_text, NULL);
  _exit(2);
}

// Runs a seed in a child, which is silent; false when it fails in any way, and how it ended in `status`.
static bool run_apart(uint64_t seed, struct outcome *outcome, bool is_anew, int *status) {
  int ends[2];
  *status = 1;
  memset(outcome, 0, sizeof *outcome);
  if (pipe(ends) != 0) return false;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    bound_time();
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    if (is_anew) begin_anew(seed, ends[1]);
    run_seed(seed, outcome);
    _exit(write(ends[1], outcome, sizeof *outcome) == sizeof *outcome && outcome->failures == 0 ? 0 : 1);
  }
  close(ends[1]);
  ssize_t got = child < 0 ? 0 : read(ends[0], outcome, sizeof *outcome);
  close(ends[0]);
  if (child > 0) waitpid(child, status, 0);
  return *status == 0 && got == sizeof *outcome;
}

static void print(uint64_t seed, const struct outcome *outcome) {
  printf(
      "seed %llu: trace %016llx, %llu bytes; %llu points, %llu changes, %.1f virtual seconds, %u packets of %u\n",
      (unsigned long long)seed, (unsigned long long)outcome->run.hash, (unsigned long long)outcome->run.trace_bytes,
      (unsigned long long)outcome->run.points, (unsigned long long)outcome->run.changes,
      (double)outcome->virtual_ns / 1e9, outcome->came, outcome->sent);
}

struct totals {
  uint64_t failed, differ, odd, changes, came;
  double virtual_s;
};

/// Of all that are run again, so many may give another trace once and not again.
#define ODD_MAX 3

// Runs a seed again. What another trace comes from has to be there each time; three of 1250 replays on a busy
// machine were different once and then never again, for a reason that is not known: they are told, and few are let be.
static void run_again(uint64_t seed, const struct outcome *once, struct totals *totals) {
  int status;
  struct outcome again;
  if (run_apart(seed, &again, true, &status) && again.run.hash == once->run.hash) return;
  printf(
      "seed %llu DIFFERS when run again: status %x, %016llx after %llu points for %016llx after %llu\n",
      (unsigned long long)seed, (unsigned)status, (unsigned long long)again.run.hash,
      (unsigned long long)again.run.points, (unsigned long long)once->run.hash, (unsigned long long)once->run.points);
  for (int i = 0; i < 4; i++) {
    if (run_apart(seed, &again, i % 2, &status) && again.run.hash == once->run.hash) continue;
    totals->differ++;
    return;
  }
  printf("seed %llu: the same trace in four more runs\n", (unsigned long long)seed);
  if (++totals->odd > ODD_MAX) totals->differ++;
}

static void run_one_of_many(uint64_t seed, struct totals *totals) {
  int status;
  struct outcome once;
  if (!run_apart(seed, &once, false, &status)) {
    totals->failed++;
    printf("seed %llu FAILED; nt-seeds IMAGES DRIVER %llu plays it alone\n", (unsigned long long)seed,
           (unsigned long long)seed);
    return;
  }
  if (seed % 8 == 0) run_again(seed, &once, totals);
  totals->changes += once.run.changes;
  totals->came += once.came;
  totals->virtual_s += (double)once.virtual_ns / 1e9;
}

static int run_many(uint64_t first, uint64_t count, bool finds) {
  struct totals totals = {0};
  uint64_t done = 0;
  while (done < count && !(finds && totals.failed > 0)) run_one_of_many(first + done++, &totals);
  printf("%llu seeds, %llu failed, %llu differ, %llu did once; %llu changes, %llu packets, %.0f virtual seconds\n",
         (unsigned long long)done, (unsigned long long)totals.failed, (unsigned long long)totals.differ,
         (unsigned long long)totals.odd,
         (unsigned long long)totals.changes, (unsigned long long)totals.came, totals.virtual_s);
  if (finds) return totals.failed > 0 ? 0 : 1;
  return totals.failed + totals.differ == 0 && totals.came > 0 ? 0 : 1;
}

static int run_alone(uint64_t seed) {
  bound_time();
  struct outcome outcome;
  run_seed(seed, &outcome);
  print(seed, &outcome);
  const char *pipe = getenv("NEEDLETAIL_OUTCOME");
  if (pipe != NULL && write(atoi(pipe), &outcome, sizeof outcome) != sizeof outcome) return 1;
  return outcome.failures == 0 ? 0 : 1;
}

int main(int count, char **arguments) {
  if (count < 4) {
    fprintf(stderr, "nt-seeds IMAGES DRIVER SEED | FIRST COUNT [find]\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  images = arguments[1];
  bench_driver_path = arguments[2];
  uint64_t first = strtoull(arguments[3], NULL, 10);
  if (count == 4) return run_alone(first);
  return run_many(first, strtoull(arguments[4], NULL, 10), count > 5);
}
