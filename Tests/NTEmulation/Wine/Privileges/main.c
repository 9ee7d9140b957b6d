// privileges.exe SERVICE: the privileges that the process of a service has left, a line each.
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what) {
  printf("%s: error %lu\n", what, GetLastError());
  return 1;
}

int program(int count, char **arguments) {
  if (count != 2) return 2;
  SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
  SC_HANDLE service = manager != NULL ? OpenServiceA(manager, arguments[1], SERVICE_QUERY_STATUS) : NULL;
  SERVICE_STATUS_PROCESS status;
  DWORD length;
  if (service == NULL) return fail("the service cannot be opened");
  if (!QueryServiceStatusEx(service, SC_STATUS_PROCESS_INFO, (BYTE *)&status, sizeof status, &length))
    return fail("the service cannot be asked");
  HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, status.dwProcessId), token;
  if (process == NULL) return fail("its process cannot be opened");
  if (!OpenProcessToken(process, TOKEN_QUERY, &token)) return fail("its token cannot be opened");
  GetTokenInformation(token, TokenPrivileges, NULL, 0, &length);
  TOKEN_PRIVILEGES *privileges = malloc(length);
  if (privileges == NULL || !GetTokenInformation(token, TokenPrivileges, privileges, length, &length))
    return fail("its token cannot be read");
  for (DWORD i = 0; i < privileges->PrivilegeCount; i++) {
    char name[64];
    DWORD room = sizeof name;
    if (!LookupPrivilegeNameA(NULL, &privileges->Privileges[i].Luid, name, &room))
      return fail("a privilege has no name");
    puts(name);
  }
  return 0;
}
