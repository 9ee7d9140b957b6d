// Event tracing: each line of a log is an event too, for whoever has a session with our provider
// (`tracelog -start ... -guid #0b7c1d5e-6f43-4d7a-9c2b-2e1d5f0a9c47`). Up to DISPATCH_LEVEL.
#include "adapter.h"
#include "system.h"

/// {0b7c1d5e-6f43-4d7a-9c2b-2e1d5f0a9c47}
static const GUID provider_id = {0x0b7c1d5e, 0x6f43, 0x4d7a, {0x9c, 0x2b, 0x2e, 0x1d, 0x5f, 0x0a, 0x9c, 0x47}};
/// The keyword of lines of a log.
#define KEYWORD_LOG 1
/// A line: its time, its level as a digit, its text, which a zero ends.
#define LINE_LEVEL 8
#define LINE_TEXT 9
/// "4294967295: " in front of the text.
#define PREFIX_MAX 12

static REGHANDLE provider;

// Without tracing the driver works as well: a refusal is no reason not to load.
void nt_trace_open(void) {
  if (!NT_SUCCESS(EtwRegister(&provider_id, NULL, NULL, &provider))) provider = 0;
}

void nt_trace_close(void) {
  if (provider != 0) EtwUnregister(provider);
  provider = 0;
}

static ULONG write_number(WCHAR *text, ULONG number) {
  WCHAR digits[10];
  ULONG count = 0;
  do digits[count++] = (WCHAR)(L'0' + number % 10);
  while ((number /= 10) != 0);
  for (ULONG i = 0; i < count; i++) text[i] = digits[count - 1 - i];
  return count;
}

void host_trace(void *context, const uint8_t *entry) {
  const struct nt_adapter *adapter = context;
  // '1' is an error, which is TRACE_LEVEL_ERROR, 2; and so on.
  UCHAR level = (UCHAR)(entry[LINE_LEVEL] - '0' + 1);
  if (provider == 0 || !EtwProviderEnabled(provider, level, KEYWORD_LOG)) return;
  WCHAR text[PREFIX_MAX + NT_LOG_ENTRY - LINE_TEXT];
  ULONG length = write_number(text, adapter->miniport.interface_index);
  text[length++] = L':';
  text[length++] = L' ';
  for (ULONG at = LINE_TEXT; at < NT_LOG_ENTRY && entry[at] != 0; at++) text[length++] = entry[at];
  text[length] = 0;
  EtwWriteString(provider, level, KEYWORD_LOG, NULL, text);
}
