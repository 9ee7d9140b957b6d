// Texts: UTF-8 here, UTF-16 in Windows.
#include "host.h"

WCHAR *wide(const uint8_t *text) {
  int count = MultiByteToWideChar(CP_UTF8, 0, (const char *)text, -1, NULL, 0);
  WCHAR *made = count > 0 ? memory_take((size_t)count * sizeof(WCHAR)) : NULL;
  if (made != NULL) MultiByteToWideChar(CP_UTF8, 0, (const char *)text, -1, made, count);
  return made;
}

DWORD narrow(const WCHAR *text, uint8_t **bytes, uint64_t *length) {
  int count = WideCharToMultiByte(CP_UTF8, 0, text, -1, NULL, 0, NULL, NULL);
  if (count <= 0) return GetLastError();
  *bytes = memory_take((size_t)count);
  if (*bytes == NULL) return ERROR_NOT_ENOUGH_MEMORY;
  WideCharToMultiByte(CP_UTF8, 0, text, -1, (char *)*bytes, count, NULL, NULL);
  *length = (uint64_t)count - 1;
  return ERROR_SUCCESS;
}

uint32_t program_words(uint32_t error, uint8_t *room, uint32_t count) {
  WCHAR words[256];
  DWORD length = FormatMessageW(
      FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK, NULL, error, 0, words,
      256, NULL);
  while (length > 0 && words[length - 1] <= L' ') length--;
  words[length] = 0;
  int made = WideCharToMultiByte(CP_UTF8, 0, words, -1, (char *)room, (int)count, NULL, NULL);
  return made > 0 ? (uint32_t)made - 1 : 0;
}
