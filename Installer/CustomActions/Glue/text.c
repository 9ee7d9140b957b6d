#include "glue.h"

DWORD text_widen(const uint8_t *text, uint64_t length, WCHAR room[TEXT_ROOM]) {
  if (length >= TEXT_ROOM) return ERROR_BUFFER_OVERFLOW;
  int count = length == 0 ? 0
                          : MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, (const char *)text, (int)length, room,
                                TEXT_ROOM - 1);
  if (length != 0 && count == 0) return GetLastError();
  room[count] = 0;
  // A NUL would end what is looked at, and not what was meant.
  return lstrlenW(room) == count ? ERROR_SUCCESS : ERROR_NO_UNICODE_TRANSLATION;
}

uint64_t text_narrow(const WCHAR *text, uint8_t *room, uint64_t count) {
  int length = WideCharToMultiByte(CP_UTF8, 0, text, lstrlenW(text), (char *)room, (int)count, NULL, NULL);
  return length < 0 ? 0 : (uint64_t)length;
}

void taken_give_back(struct taken *taken) {
  memory_give_back(taken->bytes);
  *taken = (struct taken){NULL, 0};
}
