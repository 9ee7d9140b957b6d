// nt-verifier IMAGES [RULE...]: each rule of the emulation has a driver that breaks it. Each of them is loaded, used
// and unloaded in a process of its own, which must end with the failure of just that rule; the good drivers must end
// well.
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../Images/Include/rules.h"
#include "verifier.h"

static const char *const rules[] = {
#define NAME(name, meaning) name,
    EMUL_RULES(NAME)
#undef NAME
};
/// Drivers that break nothing; those of SelfTest look whether the kernel does what it should.
static const char *const good[] = {"good",          "good-device",     "good-miniport", "selftest-events",
                                   "selftest-queue", "selftest-text",   "selftest-timers", "selftest-work"};

#define SECONDS_FOR_ONE 60

/// What a driver's process said, from the first failure on.
struct verdict {
  char text[8192];
  char fired[256];
  int status;
};

// The names behind "nt: FAIL", each once, with spaces between.
static void collect(struct verdict *verdict) {
  static const char mark[] = "nt: FAIL ";
  for (char *at = verdict->text; (at = strstr(at, mark)) != NULL;) {
    at += sizeof mark - 1;
    size_t length = strcspn(at, ":\n");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)length, at);
    if (strstr(verdict->fired, name) != NULL) continue;
    size_t used = strlen(verdict->fired);
    snprintf(verdict->fired + used, sizeof verdict->fired - used, "%s%s", used == 0 ? "" : " ", name);
  }
}

static bool judge(const char *images, const char *driver, struct verdict *verdict) {
  memset(verdict, 0, sizeof *verdict);
  int ends[2];
  if (pipe(ends) != 0) return false;
  pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) {
    alarm(SECONDS_FOR_ONE);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    _exit(use_driver(images, driver) ? 0 : 1);
  }
  close(ends[1]);
  size_t length = 0;
  for (;;) {
    char rest[512];
    bool is_full = length >= sizeof verdict->text - 1;
    ssize_t more = is_full ? read(ends[0], rest, sizeof rest)
                           : read(ends[0], verdict->text + length, sizeof verdict->text - 1 - length);
    if (more <= 0) break;
    if (!is_full) length += (size_t)more;
  }
  close(ends[0]);
  if (waitpid(child, &verdict->status, 0) != child) return false;
  collect(verdict);
  return true;
}

static bool is_wanted(const char *name, int count, char **names) {
  for (int i = 0; i < count; i++)
    if (strcmp(name, names[i]) == 0) return true;
  return count == 0;
}

// A driver that breaks `rule`, or none with "".
static bool try(const char *images, const char *driver, const char *rule) {
  struct verdict verdict;
  if (!judge(images, driver, &verdict)) return false;
  bool ended_well = WIFEXITED(verdict.status) && WEXITSTATUS(verdict.status) == 0;
  bool is_right = strcmp(verdict.fired, rule) == 0 && ended_well == (rule[0] == 0);
  if (is_right) return true;
  printf("%s: FAILED, fired \"%s\", status 0x%x\n%s", driver, verdict.fired, (unsigned)verdict.status, verdict.text);
  return false;
}

int main(int count, char **arguments) {
  if (count < 2) {
    fprintf(stderr, "nt-verifier IMAGES [RULE...]\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  int caught = 0, quiet = 0, failures = 0;
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
    if (!is_wanted(rules[i], count - 2, arguments + 2)) continue;
    if (try(arguments[1], rules[i], rules[i])) caught++;
    else failures++;
  }
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    if (!is_wanted(good[i], count - 2, arguments + 2)) continue;
    if (try(arguments[1], good[i], "")) quiet++;
    else failures++;
  }
  printf("%d rules, each broken by a driver and caught; %d good drivers pass; %d failures\n", caught, quiet, failures);
  return failures == 0 && caught + quiet > 0 ? 0 : 1;
}
