// pipe.exe NAME REQUESTS ANSWERS: sends the recorded requests of the stock tool to the pipe of the adapter NAME, each
// on a connection of its own after one that only looks, as the tool does, and writes what is answered. Then what the
// tool does not do: nothing, a bad line, a question that is this project's own, many connections at once.
// pipe.exe NAME: asks on a few connections and reads no answer, until all of them have been ended from the other side.
#include <windows.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST = 4096, MANY = 40 };
static char path[256];

static HANDLE connect_pipe(void) {
  for (int tries = 0; tries < 100; tries++) {
    HANDLE pipe = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (pipe != INVALID_HANDLE_VALUE) return pipe;
    // The server looks for adapters once a second.
    if (!WaitNamedPipeA(path, 200)) Sleep(100);
  }
  return INVALID_HANDLE_VALUE;
}

// One request and its answer, in pieces.
static bool ask(const char *request, char *answer) {
  DWORD done, length = 0;
  HANDLE pipe = connect_pipe();
  if (pipe == INVALID_HANDLE_VALUE) return false;
  size_t half = strlen(request) / 2;
  bool is_sent = WriteFile(pipe, request, (DWORD)half, &done, NULL) &&
                 WriteFile(pipe, request + half, (DWORD)(strlen(request) - half), &done, NULL);
  // A reply ends with a blank line.
  while (is_sent && (length < 2 || memcmp(answer + length - 2, "\n\n", 2) != 0)) {
    if (!ReadFile(pipe, answer + length, LONGEST - 1 - length, &done, NULL) || done == 0) break;
    length += done;
  }
  answer[length] = 0;
  CloseHandle(pipe);
  return is_sent;
}

static bool record(FILE *requests, FILE *answers) {
  char line[256], request[LONGEST] = "", answer[LONGEST];
  int count = 0;
  while (fgets(line, sizeof line, requests) != NULL) {
    strcat(request, line);
    if (strcmp(line, "\n") != 0) continue;
    CloseHandle(connect_pipe());
    if (!ask(request, answer)) return false;
    fputs(answer, answers);
    request[0] = 0;
    count++;
  }
  return count == 8;
}

// More connections than are answered at once: the rest wait, and all are answered.
static DWORD WINAPI ask_once(void *unused) {
  (void)unused;
  char answer[LONGEST];
  return ask("get=1\n\n", answer) && strstr(answer, "errno=0\n\n") != NULL;
}

static bool many(void) {
  HANDLE threads[MANY], idle[4];
  bool is_right = true;
  // These say nothing, and hold their places.
  for (int i = 0; i < 4; i++) idle[i] = connect_pipe();
  for (int i = 0; i < MANY; i++) threads[i] = CreateThread(NULL, 0, ask_once, NULL, 0, NULL);
  for (int i = 0; i < MANY; i++) {
    DWORD code = 0;
    if (WaitForSingleObject(threads[i], 20000) != WAIT_OBJECT_0) is_right = false;
    GetExitCodeThread(threads[i], &code);
    if (code != 1) is_right = false;
  }
  for (int i = 0; i < 4; i++) CloseHandle(idle[i]);
  return is_right;
}

// After an answer the server ends a connection with a line that is none, and would wait until the answer is read.
static int read_nothing(void) {
  static const char request[] = "get=1\n\nhello\n";
  enum { COUNT = 4, LIMIT_MS = 600000, INTERVAL_MS = 50 };
  HANDLE pipes[COUNT];
  DWORD done;
  for (int i = 0; i < COUNT; i++) {
    pipes[i] = connect_pipe();
    if (!WriteFile(pipes[i], request, sizeof request - 1, &done, NULL)) return 8;
  }
  CloseHandle(CreateFileA("C:\\needletail\\silent", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  for (int i = 0, waited_ms = 0; i < COUNT; i++)
    for (; PeekNamedPipe(pipes[i], NULL, 0, NULL, NULL, NULL); waited_ms += INTERVAL_MS) {
      if (waited_ms >= LIMIT_MS) return 9;
      Sleep(INTERVAL_MS);
    }
  return 0;
}

#define PEER "public_key=cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\n"

// What the driver tells of the adapter, which is up, and of a peer.
static bool observed(void) {
  static const char *const told[] = {"\nrejected_bad_mac1=", "\n" PEER "initiations=0\n", "\nexpected_packets=0\n",
                                     "\nerrno=0\n\n"};
  char answer[LONGEST];
  if (!ask("set=1\n" PEER "\n", answer) || strcmp(answer, "errno=0\n\n") != 0) return false;
  if (!ask("observe=1\n\n", answer) || strncmp(answer, "up=1\n", 5) != 0) return false;
  for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
    if (strstr(answer, told[i]) == NULL) return false;
  return ask("set=1\n" PEER "remove=true\n\n", answer) && strcmp(answer, "errno=0\n\n") == 0;
}

int program(int count, char **arguments);

int program(int count, char **arguments) {
  char answer[LONGEST];
  if (count != 2 && count != 4) return 2;
  sprintf(path, "\\\\.\\pipe\\ProtectedPrefix\\Administrators\\WireGuard\\%s", arguments[1]);
  if (count == 2) return read_nothing();
  FILE *requests = fopen(arguments[2], "rb"), *answers = fopen(arguments[3], "wb");
  if (requests == NULL || answers == NULL) return 3;
  bool is_recorded = record(requests, answers);
  fclose(answers);
  if (!is_recorded) return 4;
  if (!ask("set=1\nlisten_port=x\n\n", answer) || strcmp(answer, "errno=-22\n\n") != 0) return 5;
  if (!ask("hello\n", answer) || answer[0] != 0) return 6;
  if (!observed()) return 10;
  if (!many()) return 7;
  return 0;
}
