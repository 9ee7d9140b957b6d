// One server for all adapters: each that is there has a pipe, and loses it when it goes.
#include "pipe.h"

enum { LOOK_INTERVAL_MS = 1000 };

static struct pipe *find(struct pipe *first, const WCHAR *name) {
  while (first != NULL && CompareStringOrdinal(first->name, -1, name, -1, FALSE) != CSTR_EQUAL) first = first->next;
  return first;
}

static void end_pipe(struct pipe *pipe) {
  SetEvent(pipe->end);
  if (pipe->thread != NULL) {
    WaitForSingleObject(pipe->thread, INFINITE);
    CloseHandle(pipe->thread);
  }
  CloseHandle(pipe->end);
  WireGuardCloseAdapter(pipe->adapter);
  memory_give_back(pipe);
}

static void begin_pipe(struct pipe **first, const WCHAR *name) {
  struct pipe *pipe = memory_take(sizeof *pipe);
  if (pipe == NULL) return;
  lstrcpynW(pipe->name, name, NAME_ROOM);
  pipe->is_wanted = true;
  // One that is on its way is there the next time.
  pipe->adapter = WireGuardOpenAdapter(name);
  pipe->end = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (pipe->adapter != NULL && pipe->end != NULL) pipe->thread = thread_begin(pipe_serve, pipe);
  if (pipe->thread == NULL) {
    if (pipe->end != NULL) CloseHandle(pipe->end);
    WireGuardCloseAdapter(pipe->adapter);
    memory_give_back(pipe);
    return;
  }
  pipe->next = *first;
  *first = pipe;
}

// Whether the pipe's adapter is still the one that was opened, and somebody answers.
static bool is_alive(const struct pipe *pipe) {
  WCHAR path[PATH_ROOM];
  return WaitForSingleObject(pipe->thread, 0) == WAIT_TIMEOUT &&
         device_path(pipe->adapter->instance, path) == ERROR_SUCCESS;
}

static DWORD look(struct pipe **first) {
  WCHAR *list, name[NAME_ROOM];
  DWORD error = device_list(true, &list);
  if (error != ERROR_SUCCESS) return error;
  for (struct pipe *pipe = *first; pipe != NULL; pipe = pipe->next) pipe->is_wanted = false;
  for (const WCHAR *instance = list; *instance != 0; instance += lstrlenW(instance) + 1) {
    if (device_name(instance, name) != ERROR_SUCCESS) continue;
    struct pipe *pipe = find(*first, name);
    if (pipe == NULL) begin_pipe(first, name);
    else pipe->is_wanted = is_alive(pipe);
  }
  memory_give_back(list);
  for (struct pipe **place = first; *place != NULL;) {
    struct pipe *pipe = *place;
    if (pipe->is_wanted) {
      place = &pipe->next;
      continue;
    }
    *place = pipe->next;
    end_pipe(pipe);
  }
  return ERROR_SUCCESS;
}

uint32_t program_serve_control(void) {
  struct pipe *first = NULL;
  DWORD error;
  do error = look(&first);
  while (error == ERROR_SUCCESS && WaitForSingleObject(program_end, LOOK_INTERVAL_MS) == WAIT_TIMEOUT);
  while (first != NULL) {
    struct pipe *pipe = first;
    first = pipe->next;
    end_pipe(pipe);
  }
  return error;
}
