// Identifiers as the registry and device instances spell them.
#include "process.h"

static int digit(WCHAR letter) {
  if (letter >= L'0' && letter <= L'9') return letter - L'0';
  letter |= 0x20;
  return letter >= L'a' && letter <= L'f' ? letter - L'a' + 10 : -1;
}

// Where the digits of each byte stand between the braces, in the order of the text.
static const BYTE places[16] = {1, 3, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 29, 31, 33, 35};

bool guid_parse(const WCHAR *text, GUID *id) {
  BYTE bytes[16];
  if (lstrlenW(text) != GUID_ROOM - 1 || text[0] != L'{' || text[37] != L'}') return false;
  for (int i = 0; i < 16; i++) {
    int high = digit(text[places[i]]), low = digit(text[places[i] + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = (BYTE)(high << 4 | low);
  }
  id->Data1 = (DWORD)bytes[0] << 24 | (DWORD)bytes[1] << 16 | (DWORD)bytes[2] << 8 | bytes[3];
  id->Data2 = (WORD)(bytes[4] << 8 | bytes[5]);
  id->Data3 = (WORD)(bytes[6] << 8 | bytes[7]);
  memcpy(id->Data4, bytes + 8, 8);
  return true;
}

void guid_print(const GUID *id, WCHAR text[GUID_ROOM]) {
  static const WCHAR digits[] = L"0123456789ABCDEF";
  BYTE bytes[16] = {(BYTE)(id->Data1 >> 24), (BYTE)(id->Data1 >> 16), (BYTE)(id->Data1 >> 8), (BYTE)id->Data1,
                    (BYTE)(id->Data2 >> 8),  (BYTE)id->Data2,         (BYTE)(id->Data3 >> 8), (BYTE)id->Data3};
  memcpy(bytes + 8, id->Data4, 8);
  memcpy(text, L"{00000000-0000-0000-0000-000000000000}", GUID_ROOM * sizeof(WCHAR));
  for (int i = 0; i < 16; i++) {
    text[places[i]] = digits[bytes[i] >> 4];
    text[places[i] + 1] = digits[bytes[i] & 15];
  }
}
