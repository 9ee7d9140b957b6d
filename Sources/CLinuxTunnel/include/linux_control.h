// The control socket: a stream socket with a name in the file system, and word when the name goes.
#ifndef NEEDLETAIL_LINUX_CONTROL_H
#define NEEDLETAIL_LINUX_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

/// Which file a name stands for.
struct linux_file {
  uint64_t device;
  uint64_t number;
};

/// Opens a socket that listens at `path`, which only its owner may use. Does not block. Fails with EADDRINUSE when
/// there is a file of that name, with ENAMETOOLONG when the path does not fit a socket address.
int linux_control_listen(const char *_Nonnull path);

/// Connects to the socket at `path`, without waiting. Returns the connection.
int linux_control_connect(const char *_Nonnull path);

/// Takes a connection that waits. It does not block.
int linux_control_accept(int listener);

/// The path a listening socket was bound to, cut off at `room_bytes` − 1. Fails with EINVAL when it is no such socket.
int linux_control_path(int listener, char *_Nonnull path, uint32_t room_bytes);

/// Finds out which file has the name `path`.
int linux_control_file(const char *_Nonnull path, struct linux_file *_Nonnull file);

/// Opens a descriptor that becomes readable when a name in `directory` goes, or the directory itself.
int linux_watch_open(const char *_Nonnull directory);

/// Takes all that was watched back: the descriptor is no longer ready.
void linux_watch_clear(int watch);

#endif
