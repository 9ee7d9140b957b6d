#define _GNU_SOURCE
#include "linux_process.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

// Linux 4.4; older headers do not name it.
#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4
#endif

// The waiting half: the first byte is the status, the rest a message for standard error.
static _Noreturn void wait_for(int from, pid_t child) {
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
  }
  unsigned char status = 1;
  bool is_settled = read(from, &status, 1) == 1;
  char text[512];
  ssize_t count;
  while ((count = read(from, text, sizeof text)) > 0) {
    ssize_t ignored = write(STDERR_FILENO, text, (size_t)count);
    (void)ignored;
  }
  // Without a status the other half died.
  _exit(is_settled ? status : 1);
}

int linux_process_detach(void) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  pid_t child = fork();
  if (child < 0) {
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    return -error;
  }
  if (child > 0) {
    close(ends[1]);
    wait_for(ends[0], child);
  }
  close(ends[0]);
  setsid();
  // A second time, so that no terminal can become this process's own. The half in between is of no use any more.
  if (fork() > 0) _exit(0);
  return ends[1];
}

void linux_process_settle(int parent, uint8_t status, const char *message) {
  ssize_t ignored = write(parent, &status, 1);
  ignored = write(parent, message, strlen(message));
  (void)ignored;
  close(parent);
}

void linux_process_hide(bool keeps_error) {
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing >= 0) {
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    if (!keeps_error) dup2(nothing, STDERR_FILENO);
    if (nothing > STDERR_FILENO) close(nothing);
  }
  if (chdir("/") < 0) return;
}

int linux_process_drop_privileges(void) {
  const uint64_t kept = 1u << CAP_NET_ADMIN | 1u << CAP_NET_BIND_SERVICE;
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; capability++) {
    if ((kept >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability) < 0 && errno != EPERM) return -errno;
  }
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return -errno;
  for (int half = 0; half < 2; half++) {
    uint32_t mask = (uint32_t)(kept >> 32 * half);
    data[half].permitted &= mask;
    data[half].effective &= mask;
    data[half].inheritable = 0;
  }
  if (syscall(SYS_capset, &header, data) < 0) return -errno;
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

int linux_process_forbid_dumps(void) {
  struct rlimit none = {0, 0};
  int result = setrlimit(RLIMIT_CORE, &none) < 0 ? -errno : 0;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : result;
}

int linux_process_lock_memory(void) {
  struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
  if (setrlimit(RLIMIT_MEMLOCK, &all) < 0) return -errno;
  return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0 ? -errno : 0;
}

bool linux_process_logs_to_journal(void) {
  const char *stream = getenv("JOURNAL_STREAM");
  unsigned long long device, number;
  struct stat status;
  return stream != NULL && sscanf(stream, "%llu:%llu", &device, &number) == 2 && fstat(STDERR_FILENO, &status) == 0 &&
         status.st_dev == device && status.st_ino == number;
}

void linux_log_error(const char *line, uint32_t length_bytes) {
  ssize_t ignored = write(STDERR_FILENO, line, length_bytes);
  (void)ignored;
}

void linux_log_system(int priority, const char *line) { syslog(LOG_DAEMON | priority, "%s", line); }

int linux_clock_watch_open(void) {
  int watch = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
  if (watch < 0) return -errno;
  linux_clock_watch_clear(watch);
  return watch;
}

void linux_clock_watch_clear(int watch) {
  uint64_t count;
  ssize_t ignored = read(watch, &count, sizeof count);
  (void)ignored;
  // Far away: what is wanted is the cancellation.
  struct itimerspec when = {.it_value = {.tv_sec = sizeof(time_t) == 8 ? (time_t)1 << 33 : 0x7fffffff}};
  timerfd_settime(watch, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}

uint64_t linux_time_slept(void) {
  struct timespec boot, awake;
  clock_gettime(CLOCK_MONOTONIC, &awake);
  clock_gettime(CLOCK_BOOTTIME, &boot);
  int64_t difference =
      (int64_t)(boot.tv_sec - awake.tv_sec) * 1000000000 + (int64_t)boot.tv_nsec - (int64_t)awake.tv_nsec;
  return difference > 0 ? (uint64_t)difference : 0;
}

// Linux 5.18; older headers do not name it.
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

static int forget_segments(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size, (void)unused;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W)) continue;
    // Whole pages only: the first and the last may hold a part of a writable segment.
    uintptr_t start = (object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
    uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz) & ~(page - 1);
    // Nothing was ever written there, so what comes again is what was there.
    if (start < end && madvise((void *)start, end - start, MADV_DONTNEED_LOCKED) < 0) {
      madvise((void *)start, end - start, MADV_DONTNEED);
    }
  }
  return 0;
}

void linux_process_forget_startup(void) { dl_iterate_phdr(forget_segments, NULL); }
