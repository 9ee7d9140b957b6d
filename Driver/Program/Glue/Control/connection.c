// One connection: what is read goes to Swift, what Swift prints is written. Both hold keys and are overwritten.
#include "pipe.h"

DWORD pipe_transfer(struct pipe *pipe, HANDLE connection, bool is_write, void *bytes, DWORD length, DWORD *done) {
  OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
  if (overlapped.hEvent == NULL) return GetLastError();
  BOOL is_done = is_write ? WriteFile(connection, bytes, length, NULL, &overlapped)
                          : ReadFile(connection, bytes, length, NULL, &overlapped);
  DWORD error = is_done ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_IO_PENDING) {
    HANDLE both[2] = {overlapped.hEvent, pipe->end};
    // Whoever says nothing for so long has gone away.
    if (WaitForMultipleObjects(2, both, FALSE, QUIET_MS) != WAIT_OBJECT_0) CancelIoEx(connection, &overlapped);
    error = ERROR_SUCCESS;
  }
  if (error == ERROR_SUCCESS && !GetOverlappedResult(connection, &overlapped, done, TRUE)) error = GetLastError();
  CloseHandle(overlapped.hEvent);
  return error;
}

struct buffers {
  uint8_t input[BUFFER_BYTES], output[BUFFER_BYTES];
};

// Gives what was read to Swift, and writes, until all is used. Whether the connection goes on.
static bool work(struct pipe *pipe, HANDLE connection, void *text, struct buffers *buffers, DWORD length, bool ends) {
  for (uint64_t used = 0;;) {
    uint64_t consumed, produced;
    uint32_t wants = program_receive(text, buffers->input + used, length - used, ends, buffers->output, BUFFER_BYTES,
        &consumed, &produced);
    used += consumed;
    for (uint64_t written = 0; written < produced;) {
      DWORD done = 0;
      if (pipe_transfer(pipe, connection, true, buffers->output + written, (DWORD)(produced - written), &done) !=
          ERROR_SUCCESS)
        return false;
      written += done;
    }
    if (wants != PROGRAM_WANTS_ROOM) return wants == PROGRAM_WANTS_INPUT && !ends;
  }
}

static DWORD flush(void *connection) { return FlushFileBuffers(connection) ? ERROR_SUCCESS : GetLastError(); }

// What was written is read before the connection ends. Nothing bounds how long a flush waits for a client that does not
// read: it is waited for as long as a client may say nothing, or to the end of the pipe, and disconnecting ends it.
static void disconnect(struct pipe *pipe, HANDLE connection) {
  enum { INTERVAL_MS = 20 };
  HANDLE thread = thread_begin(flush, connection);
  HANDLE both[2] = {thread, pipe->end};
  if (thread != NULL) WaitForMultipleObjects(2, both, FALSE, QUIET_MS);
  DisconnectNamedPipe(connection);
  if (thread == NULL) return;
  // One that has not begun to wait yet cannot be cancelled, and then finds nobody.
  while (WaitForSingleObject(thread, INTERVAL_MS) == WAIT_TIMEOUT) CancelSynchronousIo(thread);
  CloseHandle(thread);
}

void pipe_answer(struct pipe *pipe, HANDLE connection) {
  struct buffers *buffers = memory_take(sizeof *buffers);
  void *text = buffers != NULL ? program_begin_connection(pipe->adapter) : NULL;
  bool goes_on = text != NULL;
  while (goes_on) {
    DWORD length = 0;
    DWORD error = pipe_transfer(pipe, connection, false, buffers->input, BUFFER_BYTES, &length);
    // The end of the input, for whatever reason: a client that only looks whether somebody is there says nothing.
    goes_on = work(pipe, connection, text, buffers, error == ERROR_SUCCESS ? length : 0, error != ERROR_SUCCESS);
  }
  if (text != NULL) program_end_connection(text);
  memory_wipe_back(buffers, sizeof *buffers);
  disconnect(pipe, connection);
  CloseHandle(connection);
}
