// In a helper's place: it tells the log that it has begun, and does not come to an end.
#include <windows.h>

void CALLBACK AddDriverW(HWND window, HINSTANCE instance, WCHAR *line, int show);

void CALLBACK AddDriverW(HWND window, HINSTANCE instance, WCHAR *line, int show) {
  static const WCHAR text[] = L"[- 0000000000000001] the sleeper has begun\n";
  DWORD written;
  (void)window, (void)instance, (void)line, (void)show;
  WriteFile(GetStdHandle(STD_ERROR_HANDLE), text, sizeof text - sizeof text[0], &written, NULL);
  Sleep(60000);
}
