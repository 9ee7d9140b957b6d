// The control socket. One connection at a time is enough for the stock tools.
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "daemon.h"

bool control_open(struct daemon *daemon) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  mkdir("/var/run/wireguard", 0755);
  snprintf(address.sun_path, sizeof address.sun_path, "/var/run/wireguard/%s.sock", daemon->name);
  unlink(address.sun_path);
  daemon->control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  mode_t mask = umask(077);
  bool is_open = daemon->control >= 0 &&
                 bind(daemon->control, (struct sockaddr *)&address, sizeof address) == 0 &&
                 listen(daemon->control, 16) == 0;
  umask(mask);
  if (!is_open) fprintf(stderr, "nt-daemon: %s: %s\n", address.sun_path, strerror(errno));
  return is_open;
}

static void *serve(void *context) {
  struct daemon *daemon = context;
  nt_thread_attach();
  for (;;) {
    int handle = accept4(daemon->control, NULL, NULL, SOCK_CLOEXEC);
    if (handle < 0) continue;
    FILE *in = fdopen(handle, "r"), *out = fdopen(dup(handle), "w");
    while (in != NULL && out != NULL && text_answer(daemon, in, out)) fflush(out);
    if (out != NULL) fclose(out);
    if (in != NULL) fclose(in);
  }
  return NULL;
}

void control_serve(struct daemon *daemon) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, serve, daemon) != 0) abort();
  pthread_detach(thread);
}
