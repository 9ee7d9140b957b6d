// Where the process begins: the C library is Wine's, without a start of its own for us.
#include <stdlib.h>

int __cdecl __getmainargs(int *count, char ***arguments, char ***environment, int expands, int *start_info);
int program(int count, char **arguments);

void start(void) {
  int count = 0, start_info = 0;
  char **arguments, **environment;
  __getmainargs(&count, &arguments, &environment, 0, &start_info);
  exit(program(count, arguments));
}
