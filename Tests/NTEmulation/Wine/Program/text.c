// What the stock tool sends, recorded from it: wg setconf, set, syncconf and set remove, each followed by a question.
// The daemon's own translation makes the buffers of it, as wg.exe makes them.
#include "program.h"

#include <stdlib.h>

struct daemon;
bool text_answer(struct daemon *daemon, FILE *in, FILE *out);
int32_t daemon_request(
    struct daemon *daemon, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information);
ssize_t getline(char **line, size_t *room, FILE *in);

int32_t daemon_request(
    struct daemon *daemon, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information) {
  struct answer answer = control((HANDLE)daemon, code, input, input_length, output, output_length);
  if (information != NULL) *information = answer.information;
  return answer.status;
}

ssize_t getline(char **line, size_t *room, FILE *in) {
  enum { LONGEST = 1024 };
  if (*line == NULL && (*line = malloc(LONGEST)) == NULL) return -1;
  *room = LONGEST;
  return fgets(*line, LONGEST, in) == NULL ? -1 : (ssize_t)strlen(*line);
}

// Whether the rest of both is the same.
static bool is_same(FILE *left, FILE *right) {
  for (int line = 1, character;; line += character == '\n') {
    character = getc(left);
    if (character != getc(right)) {
      printf("  line %d of the answers differs\n", line);
      return false;
    }
    if (character == EOF) return true;
  }
}

void test_text(HANDLE device) {
  WSADATA data;
  WSAStartup(MAKEWORD(2, 2), &data);
  FILE *in = fopen("C:\\needletail\\wg.txt", "rb"), *expected = fopen("C:\\needletail\\answers.txt", "rb");
  FILE *out = fopen("C:\\needletail\\answered.txt", "w+b");
  if (in == NULL || expected == NULL || out == NULL) {
    CHECK(false, "the recorded requests are there");
    return;
  }
  int count = 0;
  while (text_answer((struct daemon *)device, in, out)) count++;
  CHECK(count == 8, "eight recorded requests of wg are answered");
  rewind(out);
  CHECK(is_same(out, expected), "and the configuration is what they make");
  fclose(in);
  fclose(out);
  fclose(expected);
}
