// A file of a web server, with bounds for its bytes and its time. Nothing is believed for coming from there: whoever
// asked checks signatures. TLS, proxies and redirects are Windows' own.
#include "../Process/host.h"

#include <winhttp.h>

#define WEB_FUNCTIONS(F) \
  F(winhttp, WinHttpCloseHandle) \
  F(winhttp, WinHttpConnect) \
  F(winhttp, WinHttpCrackUrl) \
  F(winhttp, WinHttpOpen) \
  F(winhttp, WinHttpOpenRequest) \
  F(winhttp, WinHttpQueryHeaders) \
  F(winhttp, WinHttpReadData) \
  F(winhttp, WinHttpReceiveResponse) \
  F(winhttp, WinHttpSendRequest) \
  F(winhttp, WinHttpSetOption) \
  F(winhttp, WinHttpSetTimeouts)

static struct web_system {
#define WEB_MEMBER(library, name) __typeof__(name) *name;
  WEB_FUNCTIONS(WEB_MEMBER)
#undef WEB_MEMBER
} web;

static const struct system_entry entries[] = {WEB_FUNCTIONS(SYSTEM_ENTRY)};
enum { ENTRY_COUNT = sizeof entries / sizeof entries[0] };
_Static_assert(sizeof web == ENTRY_COUNT * sizeof(FARPROC), "one pointer an entry");

static BOOL CALLBACK look_up(PINIT_ONCE once, void *context, void **result) {
  (void)once, (void)context, (void)result;
  return system_look_up(entries, ENTRY_COUNT, (FARPROC *)&web);
}

enum {
  STEP_LIMIT_MS = 30000,
  /// A server that sends less than this many bytes a millisecond, after a minute, is no server.
  LEAST_RATE = 1,
  GRACE_MS = 60000,
  PIECE = 65536,
};

/// Bytes that come, at most so many.
struct answer {
  uint8_t *bytes;
  uint64_t length, room, most;
  ULONGLONG begun_ms;
};

static DWORD make_room(struct answer *answer) {
  if (answer->room - answer->length >= PIECE) return ERROR_SUCCESS;
  uint64_t room = 2 * answer->room + PIECE;
  uint8_t *longer = memory_take((size_t)room);
  if (longer == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  if (answer->bytes != NULL) memcpy(longer, answer->bytes, (size_t)answer->length);
  memory_give_back(answer->bytes);
  answer->bytes = longer;
  answer->room = room;
  return ERROR_SUCCESS;
}

static DWORD read_all(HINTERNET request, struct answer *answer) {
  for (;;) {
    DWORD count = 0, error = make_room(answer);
    if (error != ERROR_SUCCESS) return error;
    if (!web.WinHttpReadData(request, answer->bytes + answer->length, PIECE, &count)) return GetLastError();
    if (count == 0) return ERROR_SUCCESS;
    answer->length += count;
    if (answer->length > answer->most) return ERROR_FILE_TOO_LARGE;
    if (GetTickCount64() - answer->begun_ms > GRACE_MS + answer->length / LEAST_RATE) return ERROR_TIMEOUT;
  }
}

static DWORD ask(HINTERNET request, struct answer *answer) {
  DWORD status = 0, size = sizeof status;
  // The machine proves to no server who it is, and is not led about for ever.
  DWORD logon = WINHTTP_AUTOLOGON_SECURITY_LEVEL_HIGH, redirects = 3;
  if (!web.WinHttpSetOption(request, WINHTTP_OPTION_AUTOLOGON_POLICY, &logon, sizeof logon) ||
      !web.WinHttpSetOption(request, WINHTTP_OPTION_MAX_HTTP_AUTOMATIC_REDIRECTS, &redirects, sizeof redirects))
    return GetLastError();
  if (!web.WinHttpSendRequest(request, WINHTTP_NO_ADDITIONAL_HEADERS, 0, WINHTTP_NO_REQUEST_DATA, 0, 0, 0) ||
      !web.WinHttpReceiveResponse(request, NULL) ||
      !web.WinHttpQueryHeaders(request, WINHTTP_QUERY_STATUS_CODE | WINHTTP_QUERY_FLAG_NUMBER,
          WINHTTP_HEADER_NAME_BY_INDEX, &status, &size, WINHTTP_NO_HEADER_INDEX))
    return GetLastError();
  if (status == HTTP_STATUS_NOT_FOUND || status == HTTP_STATUS_GONE) return ERROR_FILE_NOT_FOUND;
  return status == HTTP_STATUS_OK ? read_all(request, answer) : (DWORD)ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
}

static DWORD connect_to(HINTERNET session, const WCHAR *address, struct answer *answer) {
  WCHAR server[256], path[1024];
  URL_COMPONENTS parts = {.dwStructSize = sizeof parts, .lpszHostName = server, .dwHostNameLength = 256,
      .lpszUrlPath = path, .dwUrlPathLength = 1024};
  if (!web.WinHttpCrackUrl(address, 0, 0, &parts)) return GetLastError();
  HINTERNET connection = web.WinHttpConnect(session, server, parts.nPort, 0);
  if (connection == NULL) return GetLastError();
  DWORD flags = parts.nScheme == INTERNET_SCHEME_HTTPS ? WINHTTP_FLAG_SECURE : 0;
  HINTERNET request = web.WinHttpOpenRequest(
      connection, L"GET", path, NULL, WINHTTP_NO_REFERER, WINHTTP_DEFAULT_ACCEPT_TYPES, flags);
  DWORD error = request != NULL ? ask(request, answer) : GetLastError();
  if (request != NULL) web.WinHttpCloseHandle(request);
  web.WinHttpCloseHandle(connection);
  return error;
}

uint32_t program_fetch(const uint8_t *address, uint64_t most, uint8_t **bytes, uint64_t *length) {
  static INIT_ONCE once = INIT_ONCE_STATIC_INIT;
  struct answer answer = {.most = most, .begun_ms = GetTickCount64()};
  if (!InitOnceExecuteOnce(&once, look_up, NULL, NULL)) return GetLastError();
  WCHAR *place = wide(address);
  if (place == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  HINTERNET session = web.WinHttpOpen(
      L"needletail", WINHTTP_ACCESS_TYPE_AUTOMATIC_PROXY, WINHTTP_NO_PROXY_NAME, WINHTTP_NO_PROXY_BYPASS, 0);
  DWORD error = session != NULL ? ERROR_SUCCESS : GetLastError();
  if (error == ERROR_SUCCESS &&
      !web.WinHttpSetTimeouts(session, STEP_LIMIT_MS, STEP_LIMIT_MS, STEP_LIMIT_MS, STEP_LIMIT_MS))
    error = GetLastError();
  if (error == ERROR_SUCCESS) error = connect_to(session, place, &answer);
  if (session != NULL) web.WinHttpCloseHandle(session);
  memory_give_back(place);
  if (error != ERROR_SUCCESS) memory_give_back(answer.bytes);
  *bytes = answer.bytes;
  *length = answer.length;
  return error;
}
