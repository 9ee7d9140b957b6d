// In a helper's place: it says something, and no answer.
#include <windows.h>

void CALLBACK AddDriverW(HWND window, HINSTANCE instance, WCHAR *line, int show);

void CALLBACK AddDriverW(HWND window, HINSTANCE instance, WCHAR *line, int show) {
  static const WCHAR text[] = L"00000000 oem0.inf";
  DWORD written;
  (void)window, (void)instance, (void)line, (void)show;
  // The line feed is missing.
  WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), text, sizeof text - sizeof text[0], &written, NULL);
}
