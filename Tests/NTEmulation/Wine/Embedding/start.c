// Calls the program of Docs/Embedding.md; its output comes at once.
#include <stdio.h>

int embedding_main(void);
int program(int count, char **arguments);

int program(int count, char **arguments) {
  (void)count, (void)arguments;
  setvbuf(stdout, NULL, _IONBF, 0);
  return embedding_main();
}
