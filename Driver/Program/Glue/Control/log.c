// A tunnel's log for others. The driver gives each line to one reader, and a tunnel that runs is that: it keeps the
// last lines in memory that administrators' programs can read.
#include "../Process/host.h"

// What is longer is cut: texts of at least CUT characters are kept.
enum { LINES = 1024, TEXT = 499, CUT = TEXT / 3 };
struct line {
  DWORD64 timestamp_100ns;  // since 1601-01-01 UTC
  DWORD level;
  char text[TEXT + 1];      // UTF-8 with a NUL
};
struct ring {
  DWORD process;
  volatile LONG count;      // of all lines that were ever written, modulo 2^32; the last LINES - 1 of them can be read
  struct line lines[LINES];
};

// What this process keeps, and what it reads of another.
static struct ring *kept;
static SRWLOCK lock = SRWLOCK_INIT;
static const struct ring *opened;
static HANDLE writer;
static DWORD printed;

// "Global\Needletail log of NAME"; memory of ours.
static WCHAR *object_name(const uint8_t *tunnel) {
  static const WCHAR beginning[] = L"Global\\Needletail log of ";
  WCHAR *name = wide(tunnel);
  if (name == NULL) return NULL;
  WCHAR *whole = memory_take(sizeof beginning + (size_t)lstrlenW(name) * sizeof *name);
  if (whole != NULL) lstrcatW(lstrcpyW(whole, beginning), name);
  memory_give_back(name);
  return whole;
}

uint32_t program_keep_log(const uint8_t *tunnel) {
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, security_make(), FALSE};
  if (attributes.lpSecurityDescriptor == NULL) return GetLastError();
  WCHAR *name = object_name(tunnel);
  HANDLE section = NULL;
  DWORD error = ERROR_NOT_ENOUGH_MEMORY;
  if (name != NULL) {
    section = CreateFileMappingW(INVALID_HANDLE_VALUE, &attributes, PAGE_READWRITE, 0, sizeof(struct ring), name);
    // What was there already is somebody else's.
    error = GetLastError();
  }
  if (error == ERROR_SUCCESS) {
    struct ring *ring = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof *ring);
    error = ring != NULL ? ERROR_SUCCESS : GetLastError();
    if (ring != NULL) ring->process = GetCurrentProcessId();
    kept = ring;
  }
  // Without a handle it would have no name any more.
  if (section != NULL && kept == NULL) CloseHandle(section);
  memory_give_back(name);
  LocalFree(attributes.lpSecurityDescriptor);
  return error;
}

void log_keep(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, const WCHAR *message) {
  if (kept == NULL) return;
  AcquireSRWLockExclusive(&lock);
  struct line *line = &kept->lines[(DWORD)kept->count % LINES];
  line->timestamp_100ns = timestamp_100ns;
  line->level = level;
  int length = WideCharToMultiByte(CP_UTF8, 0, message, -1, line->text, TEXT, NULL, NULL);
  if (length == 0) length = WideCharToMultiByte(CP_UTF8, 0, message, CUT, line->text, TEXT, NULL, NULL);
  line->text[length] = 0;
  InterlockedExchange(&kept->count, (LONG)((DWORD)kept->count + 1));
  ReleaseSRWLockExclusive(&lock);
}

uint32_t program_open_log(const uint8_t *tunnel) {
  WCHAR *name = object_name(tunnel);
  if (name == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  HANDLE section = OpenFileMappingW(FILE_MAP_READ, FALSE, name);
  DWORD error = section != NULL ? ERROR_SUCCESS : GetLastError();
  memory_give_back(name);
  if (section == NULL) return error;
  opened = MapViewOfFile(section, FILE_MAP_READ, 0, 0, sizeof *opened);
  error = opened != NULL ? ERROR_SUCCESS : GetLastError();
  CloseHandle(section);
  if (opened == NULL) return error;
  writer = OpenProcess(SYNCHRONIZE, FALSE, opened->process);
  DWORD count = (DWORD)opened->count;
  printed = count < LINES ? 0 : count - (LINES - 1);
  return ERROR_SUCCESS;
}

uint32_t program_print_log(void) {
  bool is_running = writer == NULL || WaitForSingleObject(writer, 0) != WAIT_OBJECT_0;
  for (DWORD count = (DWORD)opened->count; printed != count; printed++) {
    struct line line = opened->lines[printed % LINES];
    MemoryBarrier();
    // Written over meanwhile.
    if ((DWORD)opened->count - printed >= LINES) continue;
    line.text[TEXT] = 0;
    WCHAR *text = wide((const uint8_t *)line.text);
    if (text != NULL) console_log(line.level, line.timestamp_100ns, text);
    memory_give_back(text);
  }
  return is_running;
}
