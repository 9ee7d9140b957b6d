#define _GNU_SOURCE
#include "linux_control.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int fill(struct sockaddr_un *address, const char *path) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
  strcpy(address->sun_path, path);
  return 0;
}

static int open_socket(void) {
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  return descriptor < 0 ? -errno : descriptor;
}

// Keeps the descriptor when all went well, closes it otherwise.
static int settle(int descriptor, int result) {
  if (result >= 0) return descriptor;
  close(descriptor);
  return result;
}

int linux_control_listen(const char *path) {
  struct sockaddr_un address;
  int result = fill(&address, path);
  if (result < 0) return result;
  int descriptor = open_socket();
  if (descriptor < 0) return descriptor;
  mode_t mask = umask(077);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) < 0) result = -errno;
  umask(mask);
  if (result == 0 && listen(descriptor, 16) < 0) result = -errno;
  return settle(descriptor, result);
}

int linux_control_connect(const char *path) {
  struct sockaddr_un address;
  int result = fill(&address, path);
  if (result < 0) return result;
  int descriptor = open_socket();
  if (descriptor < 0) return descriptor;
  if (connect(descriptor, (struct sockaddr *)&address, sizeof address) < 0) result = -errno;
  return settle(descriptor, result);
}

int linux_control_accept(int listener) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

int linux_control_path(int listener, char *path, uint32_t room_bytes) {
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  socklen_t size = sizeof address;
  int listens = 0;
  socklen_t listens_size = sizeof listens;
  if (getsockname(listener, (struct sockaddr *)&address, &size) < 0) return -errno;
  if (getsockopt(listener, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_size) < 0) return -errno;
  if (address.sun_family != AF_UNIX || !listens) return -EINVAL;
  size_t length = strnlen(address.sun_path, sizeof address.sun_path);
  if (length >= room_bytes) length = room_bytes - 1;
  memcpy(path, address.sun_path, length);
  path[length] = 0;
  return 0;
}

int linux_control_file(const char *path, struct linux_file *file) {
  struct stat status;
  if (lstat(path, &status) < 0) return -errno;
  file->device = status.st_dev;
  file->number = status.st_ino;
  return 0;
}

int linux_watch_open(const char *directory) {
  int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (watch < 0) return -errno;
  int result = inotify_add_watch(watch, directory, IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF | IN_MOVE_SELF);
  return settle(watch, result < 0 ? -errno : 0);
}

void linux_watch_clear(int watch) {
  char events[4096];
  while (read(watch, events, sizeof events) > 0) {
  }
}
