// Where the stock tool looks before it looks for adapters. Only the system and administrators can make a name below
// ProtectedPrefix\Administrators, and the tool trusts a pipe only if the system owns it.
#include "pipe.h"

#define PIPES L"\\\\.\\pipe\\ProtectedPrefix\\Administrators\\WireGuard\\"

static HANDLE make(const WCHAR *name, void *security, bool is_first) {
  WCHAR path[NAME_ROOM + 64];
  text_format(path, NAME_ROOM + 64, PIPES L"%ls", name);
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, security, FALSE};
  DWORD mode = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | (is_first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0);
  return CreateNamedPipeW(path, mode, PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
      CONNECTIONS_MOST + 1, BUFFER_BYTES, BUFFER_BYTES, 0, &attributes);
}

// Waits for somebody. ERROR_OPERATION_ABORTED when the pipe is to end.
static DWORD accept_one(struct pipe *pipe, HANDLE instance) {
  OVERLAPPED overlapped = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
  DWORD unused;
  if (overlapped.hEvent == NULL) return GetLastError();
  DWORD error = ConnectNamedPipe(instance, &overlapped) ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_IO_PENDING) {
    HANDLE both[2] = {overlapped.hEvent, pipe->end};
    if (WaitForMultipleObjects(2, both, FALSE, INFINITE) != WAIT_OBJECT_0) CancelIoEx(instance, &overlapped);
    error = GetOverlappedResult(instance, &overlapped, &unused, TRUE) ? ERROR_SUCCESS : GetLastError();
  }
  CloseHandle(overlapped.hEvent);
  // Somebody has come already; somebody has come and gone.
  return error == ERROR_PIPE_CONNECTED || error == ERROR_NO_DATA ? ERROR_SUCCESS : error;
}

struct connection {
  struct pipe *pipe;
  HANDLE instance;
};

static DWORD answer(void *context) {
  struct connection connection = *(struct connection *)context;
  memory_give_back(context);
  pipe_answer(connection.pipe, connection.instance);
  InterlockedDecrement(&connection.pipe->connection_count);
  return ERROR_SUCCESS;
}

// Has a connection answered on a thread of its own; without one, it is closed.
static void hand_over(struct pipe *pipe, HANDLE instance) {
  struct connection *connection = memory_take(sizeof *connection);
  InterlockedIncrement(&pipe->connection_count);
  if (connection != NULL) {
    *connection = (struct connection){pipe, instance};
    HANDLE thread = thread_begin(answer, connection);
    if (thread != NULL) {
      CloseHandle(thread);
      return;
    }
    memory_give_back(connection);
  }
  InterlockedDecrement(&pipe->connection_count);
  CloseHandle(instance);
}

// Full access for the system, which owns it, and for administrators; nobody of lower integrity.
static const WCHAR security_text[] = L"O:SYD:P(A;;GA;;;SY)(A;;GA;;;BA)S:(ML;;NWNRNX;;;HI)";
// The same for who is not the system and cannot give things to it: in a test.
static const WCHAR security_text_of_others[] = L"D:P(A;;GA;;;SY)(A;;GA;;;BA)S:(ML;;NWNRNX;;;HI)";

DWORD pipe_serve(void *context) {
  struct pipe *pipe = context;
  PSECURITY_DESCRIPTOR security = NULL;
  const WCHAR *text = process_is_system() ? security_text : security_text_of_others;
  if (!windows.ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, &security, NULL))
    return log_error(GetLastError(), L"The pipe of \"%ls\" cannot be secured", pipe->name);
  DWORD error = ERROR_SUCCESS;
  for (bool is_first = true; error == ERROR_SUCCESS; is_first = false) {
    // The next one comes when somebody has gone.
    while (pipe->connection_count >= CONNECTIONS_MOST && WaitForSingleObject(pipe->end, 20) == WAIT_TIMEOUT) continue;
    if (WaitForSingleObject(pipe->end, 0) == WAIT_OBJECT_0) break;
    HANDLE instance = make(pipe->name, security, is_first);
    if (instance == INVALID_HANDLE_VALUE) {
      error = log_error(GetLastError(), L"The pipe of \"%ls\" cannot be made", pipe->name);
      break;
    }
    error = accept_one(pipe, instance);
    if (error == ERROR_SUCCESS) hand_over(pipe, instance);
    else CloseHandle(instance);
  }
  LocalFree(security);
  // The adapter is closed when nobody uses it.
  while (pipe->connection_count > 0) Sleep(10);
  return error == ERROR_OPERATION_ABORTED ? ERROR_SUCCESS : error;
}
