// nt-daemon [-f] NAME: like the other daemons, in the foreground. Ends on SIGTERM and SIGINT; what the driver then
// leaves behind is an error. NT_OFFLOADS=on: the stack leaves to the driver what it can.
#define _GNU_SOURCE
#include <signal.h>
#include <unistd.h>

#include "daemon.h"

int32_t daemon_request(
    struct daemon *daemon, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information) {
  uint64_t ignored;
  pthread_rwlock_rdlock(&daemon->use);
  int32_t status = nt_control(
      daemon->file, code, input, input_length, output, output_length, information == NULL ? &ignored : information);
  pthread_rwlock_unlock(&daemon->use);
  return status;
}

// The images lie beside this program, the driver in the folder of its build; the environment knows better.
static void find(char images[4096], char driver[4096]) {
  char self[4000];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  self[length < 0 ? 0 : length] = 0;
  char *slash = strrchr(self, '/');
  if (slash != NULL) *slash = 0;
  const char *named = getenv("NT_IMAGES");
  snprintf(images, 4096, "%s", named != NULL ? named : self);
  named = getenv("NT_DRIVER");
  if (named != NULL)
    snprintf(driver, 4096, "%s", named);
  else
    snprintf(driver, 4096, "%s/../driver/x86_64/needletail.sys", self);
}

// Whoever speaks to the control socket is an administrator here.
static void become_administrator(void) {
  void(NT_ABI * EmulSubject)(const void *, uint32_t) =
      (void(NT_ABI *)(const void *, uint32_t))nt_export("ntoskrnl.exe", "EmulSubject");
  static const uint8_t administrators[68] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0};
  EmulSubject(administrators, 1);
}

static bool open_adapter(struct daemon *daemon) {
  NDIS(void *, EmulNdisAdd, uint64_t, int32_t *);
  NDIS(int32_t, EmulNdisRestart, void *);
  NDIS(void *, EmulNdisDevice, void *);
  int32_t status;
  daemon->luid = 1;
  daemon->adapter = EmulNdisAdd(daemon->luid, &status);
  if (daemon->adapter == NULL || EmulNdisRestart(daemon->adapter) != NT_SUCCESS) return false;
  daemon->file = nt_open(EmulNdisDevice(daemon->adapter), &status);
  return daemon->file != NULL;
}

static bool end(struct daemon *daemon, struct nt_driver *driver) {
  NDIS(int32_t, EmulNdisPause, void *);
  NDIS(void, EmulNdisHalt, void *);
  // Other threads that come back to the adapter from now on wait, and end with the process.
  pthread_rwlock_wrlock(&daemon->use);
  nt_close(daemon->file);
  EmulNdisPause(daemon->adapter);
  EmulNdisHalt(daemon->adapter);
  return nt_driver_unload(driver) == 0;
}

int main(int count, char **arguments) {
  const char *name = count == 3 && strcmp(arguments[1], "-f") == 0 ? arguments[2] : count == 2 ? arguments[1] : NULL;
  if (name == NULL || name[0] == '-') {
    fprintf(stderr, "nt-daemon [-f] NAME\n");
    return 2;
  }
  // Every thread but this one, which waits for them, leaves signals alone.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  signal(SIGPIPE, SIG_IGN);

  char images[4096], driver_path[4096];
  find(images, driver_path);
  static struct daemon daemon = {.use = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP};
  daemon.name = name;
  daemon.has_offloads = offloads_wanted();
  if (!tun_open(&daemon) || !nt_start(images)) return 1;
  if (daemon.has_offloads) offloads_set();
  int32_t status;
  struct nt_driver *driver = nt_driver_load(driver_path, &status);
  if (driver == NULL || !open_adapter(&daemon)) {
    fprintf(stderr, "nt-daemon: the driver does not start\n");
    return 1;
  }
  become_administrator();
  tun_start(&daemon);
  if (!control_open(&daemon)) return 1;
  control_serve(&daemon);
  int received;
  sigwait(&signals, &received);
  char path[200];
  snprintf(path, sizeof path, "/var/run/wireguard/%s.sock", name);
  unlink(path);
  if (end(&daemon, driver)) return 0;
  fprintf(stderr, "nt-daemon: the driver left something behind\n");
  return 1;
}
