#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Until a host has answered what it must. A step that must stay silent is given less: what it says too late is
/// compared in the next one.
enum { PATIENCE_MS = 5000, SILENCE_MS = 15, ANSWERS_MAX = 64 };

struct line {
  char word[16];
  /// The rest: bytes when it is long, otherwise a number.
  uint8_t bytes[TRANSCRIPT_ROOM];
  uint32_t length;
  uint64_t number;
};

static bool read_line(FILE *file, struct line *line) {
  static char text[2 * TRANSCRIPT_ROOM + 64];
  if (fgets(text, sizeof text, file) == NULL) return false;
  char *rest = strchr(text, ' ');
  if (rest == NULL || rest - text >= (long)sizeof line->word) return false;
  *rest++ = 0;
  strcpy(line->word, text);
  line->number = strtoull(rest, NULL, 10);
  line->length = 0;
  for (unsigned octet; line->length < TRANSCRIPT_ROOM && sscanf(rest, "%2x", &octet) == 1 && rest[0] > ' '; rest += 2)
    line->bytes[line->length++] = (uint8_t)octet;
  return true;
}

static bool is(const struct line *line, const char *word) { return strcmp(line->word, word) == 0; }

static void show(const char *what, const uint8_t *bytes, uint32_t length) {
  printf("  %s %u bytes:", what, length);
  for (uint32_t i = 0; i < length && i < 148; i++) printf("%s%02x", i % 32 == 0 ? "\n    " : "", bytes[i]);
  printf("\n");
}

/// What a step must be answered with.
static struct {
  struct line lines[ANSWERS_MAX];
  unsigned count;
} answers;

// Threads of their own send handshakes and data: which of them is first on the wire is nobody's promise.
static bool is_kind_of(const struct line *line, const uint8_t *bytes) {
  return is(line, "delivered") || (line->bytes[0] == 4) == (bytes[0] == 4);
}

// Whether the next answer is the first of its kind that is still missing; takes it off then.
static bool take_answer(const char *word, const uint8_t *bytes, uint32_t length) {
  for (unsigned i = 0; i < answers.count; i++) {
    struct line *line = &answers.lines[i];
    if (!is(line, word) || line->length == 0 || !is_kind_of(line, bytes)) continue;
    bool is_same = length == line->length && memcmp(bytes, line->bytes, length) == 0;
    if (!is_same) show("expected", line->bytes, line->length);
    line->length = 0;
    return is_same;
  }
  return false;
}

static bool expect(const struct transcript_host *host, unsigned number) {
  uint8_t room[TRANSCRIPT_ROOM];
  for (unsigned i = 0; i < answers.count; i++) {
    char word[16];
    strcpy(word, answers.lines[i].word);
    uint32_t length = strcmp(word, "sent") == 0 ? host->next_datagram(host->context, room, PATIENCE_MS)
                                                : host->next_packet(host->context, room, PATIENCE_MS);
    if (length > 0 && take_answer(word, room, length)) continue;
    printf("before line %u: another %s\n", number, word);
    show("found", room, length);
    return false;
  }
  answers.count = 0;
  return true;
}

static bool is_silent(const struct transcript_host *host, unsigned number) {
  uint8_t room[TRANSCRIPT_ROOM];
  uint32_t length = host->next_datagram(host->context, room, SILENCE_MS);
  if (length == 0 && (length = host->next_packet(host->context, room, 0)) == 0) return true;
  printf("before line %u: something that should not be\n", number);
  show("found", room, length);
  return false;
}

static bool give(const struct transcript_host *host, const struct line *line) {
  if (is(line, "packet")) return host->send_packet(host->context, line->bytes, line->length);
  if (is(line, "datagram")) return host->send_datagram(host->context, line->bytes, line->length);
  if (is(line, "keepalive")) return host->set_keepalive(host->context, (uint16_t)line->number);
  printf("an unknown word: %s\n", line->word);
  return false;
}

static bool set_up(FILE *file, struct transcript_setup *setup) {
  static const char *const words[] = {"seed", "private", "peer", "preshared", "time"};
  uint8_t *keys[] = {setup->private_key, setup->peer_key, setup->preshared_key};
  struct line line;
  for (int i = 0; i < 5; i++) {
    if (!read_line(file, &line) || !is(&line, words[i])) return false;
    if (i == 0) setup->seed = line.number;
    if (i == 4) setup->begin_ns = line.number;
    if (i > 0 && i < 4) memcpy(keys[i - 1], line.bytes, 32);
  }
  return true;
}

bool transcript_replay(const char *path, const char *name, const struct transcript_host *host) {
  FILE *file = fopen(path, "r");
  struct transcript_setup setup;
  if (file == NULL || !set_up(file, &setup)) {
    printf("%s is no transcript\n", path);
    return false;
  }
  if (!host->begin(host->context, &setup)) {
    printf("%s: no interface\n", name);
    return false;
  }
  static struct line line;
  unsigned number = 5, sent = 0, delivered = 0;
  uint64_t time = setup.begin_ns;
  bool is_right = true, has_more = true;
  while (is_right && has_more) {
    has_more = read_line(file, &line);
    number++;
    if (has_more && (is(&line, "sent") || is(&line, "delivered"))) {
      if ((is_right = answers.count < ANSWERS_MAX)) answers.lines[answers.count++] = line;
      sent += is(&line, "sent");
      delivered += is(&line, "delivered");
    } else if (!has_more || is(&line, "time")) {
      is_right = answers.count > 0 ? expect(host, number) : is_silent(host, number);
      if (is_right && has_more) host->set_time(host->context, time = line.number);
    } else {
      is_right = give(host, &line);
    }
  }
  is_right = is_right && feof(file) && is_silent(host, number);
  fclose(file);
  printf("%s: %u datagrams and %u packets over %.0f s %s, seed %llu\n", name, sent, delivered,
         (double)(time - setup.begin_ns) / 1e9, is_right ? "the same" : "NOT the same", (unsigned long long)setup.seed);
  return is_right && sent > 0;
}
