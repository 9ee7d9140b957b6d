// The pipes on which adapters are configured and read as text: one for each adapter, by its name.
#pragma once

#include "../Process/host.h"

enum { CONNECTIONS_MOST = 16, BUFFER_BYTES = 8192, QUIET_MS = 30000 };

/// The pipe of one adapter.
struct pipe {
  struct pipe *next;
  WCHAR name[NAME_ROOM];
  struct WIREGUARD_ADAPTER *adapter;
  HANDLE end, thread;
  /// Connections that are under way.
  volatile LONG connection_count;
  bool is_wanted;
};

/// Answers on the pipe until `pipe->end` is set. A Win32 error.
DWORD pipe_serve(void *pipe);

/// One step of a connection's input or output on an overlapped handle: bytes done, or an error. Ends early with the
/// pipe.
DWORD pipe_transfer(struct pipe *pipe, HANDLE connection, bool is_write, void *bytes, DWORD length, DWORD *done);
/// Takes a connection over: answers it to its end, on the thread that calls.
void pipe_answer(struct pipe *pipe, HANDLE connection);
