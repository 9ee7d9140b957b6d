// netio.sys: messages that are cut into datagrams, and counts of what a client sends.
#include "netio_parts.h"

/// What Windows can be asked to cut, at most.
#define MESSAGE_MAX 0xffff

enum emul_segments emul_segments = EMUL_SEGMENTS_CUT;
static volatile LONG calls, messages_sent, datagrams;

/// What WSK thinks of messages to be cut, from now on, and of sockets that are opened.
void EmulNetioSegments(uint32_t segments) { emul_segments = (enum emul_segments)segments; }

/// Calls (0), messages (1), datagrams (2) since the last time that this was asked with 3.
uint32_t EmulNetioSent(uint32_t what) {
  if (what == 3) calls = messages_sent = datagrams = 0;
  return (uint32_t)(what == 0 ? calls : what == 1 ? messages_sent : datagrams);
}

NTSTATUS emul_segments_begin(WSK_BUF_LIST *messages, uint32_t segment) {
  REQUIRE(segment == 0 || emul_segments != EMUL_SEGMENTS_UNKNOWN);
  InterlockedIncrement(&calls);
  for (WSK_BUF_LIST *next = messages; next != NULL; next = next->Next) {
    InterlockedIncrement(&messages_sent);
    REQUIRE(next->Buffer.Length <= MESSAGE_MAX && next->Buffer.Mdl != NULL);
    uint32_t length = (uint32_t)next->Buffer.Length;
    InterlockedExchangeAdd(&datagrams, segment == 0 || length == 0 ? 1 : (LONG)((length + segment - 1) / segment));
  }
  return segment != 0 && emul_segments == EMUL_SEGMENTS_REFUSED ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

NTSTATUS emul_segments_cut(
    const uint8_t *bytes, uint32_t length, uint32_t segment, NTSTATUS (*each)(void *, const uint8_t *, uint32_t),
    void *context) {
  NTSTATUS status = STATUS_SUCCESS;
  do {
    uint32_t part = segment != 0 && segment < length ? segment : length;
    status = each(context, bytes, part);
    bytes += part;
    length -= part;
  } while (length > 0 && NT_SUCCESS(status));
  return status;
}
